// SPDX-License-Identifier: Apache-2.0

package config

import "time"

const prefix = "TARAZU_"

// setting declares one key.
type setting struct {
	key    string
	def    string // text of the default; "" where it is derived from others
	doc    string // sentences for the operator
	secret bool   // never shown; may be given as a file (key + "_file")
	value  func(*Config) value
}

// settings are all keys there are, in the order in which they are shown.
// This list is only read.
var settings = []setting{
	{key: "addr", def: "127.0.0.1:8080", value: func(c *Config) value { return hostPort{&c.Addr} },
		doc: "Address and port the web server listens on. Behind a proxy leave it on the loopback address."},
	{key: "base_url", value: func(c *Config) value { return webURL{&c.BaseURL} },
		doc: "How people reach the service, for links in papers and messages. Default: http:// and addr, for this machine only."},
	{key: "data_dir", def: "var", value: func(c *Config) value { return text{&c.DataDir} },
		doc: "Folder for the embedded database, keys and documents. Back it up."},
	{key: "database", secret: true, value: func(c *Config) value { return database{&c.Database} },
		doc: "sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME. Default: an SQLite file in data_dir."},
	{key: "demo", def: "false", value: func(c *Config) value { return truth{&c.Demo} },
		doc: "Run as a demo country: doubles stand in for the outside systems, and the log-in page offers every role. Never with real people's data."},
	{key: "secure_cookies", value: func(c *Config) value { return truth{&c.SecureCookies} },
		doc: "Let browsers send cookies over HTTPS only. Default: true if base_url starts with https."},

	{key: "trusted_proxies", value: func(c *Config) value { return networks{&c.TrustedProxies} },
		doc: "Addresses or networks (CIDR) of the proxies before this server, as a list; in the variable, with commas. Their X-Forwarded-For is believed; without it everybody seems to come from the proxy, and limits by address count all people together."},

	{key: "log.level", def: "info", value: func(c *Config) value { return level{&c.Log.Level} },
		doc: "debug, info, warn or error."},
	{key: "log.format", def: "text", value: func(c *Config) value { return choice{&c.Log.Format, []string{"text", "json"}} },
		doc: "text for people, json for machines."},

	{key: "ledger.origin", def: "localhost/tarazu", value: func(c *Config) value { return origin{&c.Ledger.Origin} },
		doc: "Name of the evidence log: your domain and a path, without a scheme. Receipts carry it, so choose it once and never change it. Logs that go on from it are found by themselves."},
	{key: "ledger.shards", def: ShardsYearly, value: func(c *Config) value { return choice{&c.Ledger.Shards, []string{ShardsYearly, "off"}} },
		doc: "yearly: in the first minutes of a Solar Hijri year the log ends and the next one goes on, with the year in its name and the same key. off: only tarazu admin new-shard and rotate-key do that."},
	{key: "ledger.interval", def: "1s", value: func(c *Config) value { return between{&c.Ledger.Interval, 50 * time.Millisecond, time.Hour} },
		doc: "Time between two signed checkpoints. Receipts are ready after at most this long."},
	{key: "ledger.stamps", def: "10m", value: func(c *Config) value { return between{&c.Ledger.Stamps, time.Second, 24 * time.Hour} },
		doc: "Least time between two time stamps over a checkpoint, if gateways.timestamp is connected. Each covers everything recorded before it."},
	{key: "ledger.key_file", value: func(c *Config) value { return text{&c.Ledger.KeyFile} },
		doc: "Signing key of the log; made at the first start. Keys of later logs stand beside it (ledger-2.key). Default: keys/ledger.key in data_dir."},
	{key: "ledger.witnesses", value: func(c *Config) value { return watches{&c.Ledger.Witnesses} },
		doc: "Independent bodies that run tarazu witness and sign how the log grows, as a list: the public key of each, a space, its address; in the variable, with commas."},
	{key: "ledger.quorum", def: "0", value: func(c *Config) value { return number[int]{&c.Ledger.Quorum, 0, 16} },
		doc: "How many of the witnesses must have signed before a receipt is handed out. Acts and notices never wait for them. 0: receipts do not wait either."},

	{key: "session.lifetime", def: "12h", value: func(c *Config) value { return between{&c.Session.Lifetime, 5 * time.Minute, 30 * day} },
		doc: "How long somebody stays signed in, however much the session is used; it holds for sessions begun from then on."},

	{key: "courts.thursday_closed", def: "false", value: func(c *Config) value { return truth{&c.Courts.ThursdayClosed} },
		doc: "Courts rest on Thursdays too, so that no term ends on one. Deadlines that are counted already stay as they are."},

	{key: "security.code_key_file", value: func(c *Config) value { return text{&c.Security.CodeKeyFile} },
		doc: "Key under which one-time codes are kept; made at the first start. Default: keys/code.key in data_dir."},
	{key: "security.argon2_memory_kib", def: "47104", value: func(c *Config) value { return number[uint32]{&c.Security.Argon2Memory, 7168, 4 << 20} },
		doc: "Memory for checking one password. 46 MiB in one pass is the first choice of the OWASP Password Storage Cheat Sheet."},
	{key: "security.argon2_time", def: "1", value: func(c *Config) value { return number[uint32]{&c.Security.Argon2Time, 1, 100} },
		doc: "Passes over that memory."},
	{key: "security.argon2_parallel", def: "0", value: func(c *Config) value { return number[int]{&c.Security.Argon2Parallel, 0, 1024} },
		doc: "How many passwords are checked at once. 0: one for each core."},

	{key: "limits.login_account", def: "10/15m", value: func(c *Config) value { return rate{&c.Limits.LoginAccount} },
		doc: `Failed log-ins into one account. All limits are COUNT/PERIOD, or "off".`},
	{key: "limits.login_address", def: "60/15m", value: func(c *Config) value { return rate{&c.Limits.LoginAddress} },
		doc: "Log-ins from one network address; mobile operators put many people behind one."},
	{key: "limits.code_mobile", def: "5/1h", value: func(c *Config) value { return rate{&c.Limits.CodeMobile} },
		doc: "One-time codes sent to one mobile number."},
	{key: "limits.code_address", def: "60/1h", value: func(c *Config) value { return rate{&c.Limits.CodeAddress} },
		doc: "One-time codes asked for from one network address."},
	{key: "limits.register_address", def: "30/1h", value: func(c *Config) value { return rate{&c.Limits.RegisterAddress} },
		doc: "Registrations begun from one network address."},
	{key: "limits.site_address", def: "600/10m", value: func(c *Config) value { return rate{&c.Limits.SiteAddress} },
		doc: "Sign-ins at other sites (OpenID Connect) begun from one network address."},
	{key: "limits.verify_address", def: "60/10m", value: func(c *Config) value { return rate{&c.Limits.VerifyAddress} },
		doc: "Receipts and papers checked on the public page from one network address."},
	{key: "limits.api_token", def: "600/1m", value: func(c *Config) value { return rate{&c.Limits.APIToken} },
		doc: "Calls of the API with one token, in all processes. Each may let through up to a tenth more before it knows of the others; below 20 the count is exact."},
	{key: "limits.api_address", def: "120/1m", value: func(c *Config) value { return rate{&c.Limits.APIAddress} },
		doc: "Calls of the API from one network address without a valid token, in all processes, counted like api_token."},

	{key: "tokens.max_days", def: "365", value: func(c *Config) value { return number[int]{&c.Tokens.MaxDays, 1, 366} },
		doc: "The longest life of a personal token for programs, in days."},

	{key: "registry.ask_days", def: "30", value: func(c *Config) value { return number[int]{&c.Registry.AskDays, 1, 365} },
		doc: "After how many days the civil registry is asked again about each account, so that the accounts of people who have died or are under guardianship are closed."},
	{key: "registry.ask_batch", def: "500", value: func(c *Config) value { return number[int]{&c.Registry.AskBatch, 1, 100_000} },
		doc: "About how many accounts it is asked in one minute. The batch times the minutes of ask_days must be more than there are accounts."},
	{key: "registry.merge_undo_days", def: "90", value: func(c *Config) value { return number[int]{&c.Registry.MergeUndoDays, 1, 3650} },
		doc: "Days for which two administrators can take back that two accounts were made one."},
	{key: "accounts.recovery_hours", def: "72", value: func(c *Config) value { return number[int]{&c.Accounts.RecoveryHours, 1, 720} },
		doc: "Hours for which the owner of an account can stop a request to recover it that only the registries and a telephone stand for."},
	{key: "outages.every", def: "30s", value: func(c *Config) value { return between{&c.Outages.Every, 0, 10 * time.Minute} },
		doc: "How often each server asks its own parts and the outside systems whether they can be used. 0s asks never: then outages are only declared by hand."},
	{key: "alerts.quiet", value: func(c *Config) value { return hours{&c.Alerts.Quiet} },
		doc: "Hours of the day in which nobody is sent a text message or an e-mail about a notice who has chosen no others, as 22:00-07:00, or off. Default: the hours of the shipped rules, and none in the demo country."},
	{key: "offices.link_days", def: "7", value: func(c *Config) value { return number[int]{&c.Offices.LinkDays, 1, 90} },
		doc: "Days that somebody whom an office registered has for setting a password by the link or the code on the slip."},
	{key: "offices.consent_minutes", def: "30", value: func(c *Config) value { return number[int]{&c.Offices.ConsentMinutes, 1, 480} },
		doc: "Minutes after a client's own code for which that operator may see the client's details without a written reason."},
	{key: "offices.vouch_days", def: "365", value: func(c *Config) value { return number[int]{&c.Offices.VouchDays, 1, 3650} },
		doc: "Days for which the word of two people stands for the identity of somebody without papers."},

	{key: "data.export_days", def: "7", value: func(c *Config) value { return number[int]{&c.Data.ExportDays, 1, 30} },
		doc: "Days for which somebody can download the copy of everything that is kept about them, before it is erased."},

	{key: "blobs.url", value: func(c *Config) value { return blobs{&c.Blobs.URL} },
		doc: "Where attached files and papers are kept: file:FOLDER, or s3://BUCKET?region=REGION (with &endpoint=https://HOST&use_path_style=true for a store of your own; the keys to it in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY). Several processes need the same store. Default: blobs in data_dir. Back it up."},

	{key: "uploads.file_mb", def: "10", value: func(c *Config) value { return number[int]{&c.Uploads.FileMB, 1, 100} },
		doc: "Megabytes of one attached file. The page says so before the upload."},
	{key: "uploads.files", def: "20", value: func(c *Config) value { return number[int]{&c.Uploads.Files, 1, 100} },
		doc: "Files of one filing, all its questions together."},
	{key: "uploads.filing_mb", def: "50", value: func(c *Config) value { return number[int]{&c.Uploads.FilingMB, 1, 1000} },
		doc: "Megabytes of all files of one filing together."},

	gatewayURL("population", "civil registry", func(c *Config) *Gateway { return &c.Gateways.Population }),
	gatewayToken("population", func(c *Config) *Gateway { return &c.Gateways.Population }),
	gatewayTimeout("population", "3s", func(c *Config) *Gateway { return &c.Gateways.Population }),
	gatewayURL("simowner", "register of SIM card owners", func(c *Config) *Gateway { return &c.Gateways.SIMOwner }),
	gatewayToken("simowner", func(c *Config) *Gateway { return &c.Gateways.SIMOwner }),
	gatewayTimeout("simowner", "3s", func(c *Config) *Gateway { return &c.Gateways.SIMOwner }),
	gatewayURL("sms", "sender of text messages", func(c *Config) *Gateway { return &c.Gateways.SMS }),
	gatewayToken("sms", func(c *Config) *Gateway { return &c.Gateways.SMS }),
	gatewayTimeout("sms", "5s", func(c *Config) *Gateway { return &c.Gateways.SMS }),
	{key: "gateways.sms.report_key", secret: true, value: func(c *Config) value { return text{&c.Gateways.SMSReportKey} },
		doc: "Secret under which the sender signs its reports of delivery to /alerts/report/sms (Standard Webhooks). Empty: it does not call, and is asked."},
	gatewayURL("sms2", "second sender of text messages, for when the first is slow or does not answer", func(c *Config) *Gateway { return &c.Gateways.SMS2 }),
	gatewayToken("sms2", func(c *Config) *Gateway { return &c.Gateways.SMS2 }),
	gatewayTimeout("sms2", "5s", func(c *Config) *Gateway { return &c.Gateways.SMS2 }),
	{key: "gateways.sms2.report_key", secret: true, value: func(c *Config) value { return text{&c.Gateways.SMS2ReportKey} },
		doc: "The same for the second sender, which calls /alerts/report/sms2."},
	{key: "gateways.sms2.share", def: "0", value: func(c *Config) value { return number[int]{&c.Gateways.SMS2Share, 0, 100} },
		doc: "How many of a hundred text messages go to the second sender while all is well. 0: only what the first cannot take."},
	gatewayURL("bale", "bot API of Bale (https://tapi.bale.ai)", func(c *Config) *Gateway { return &c.Gateways.Bale }),
	botToken("bale", func(c *Config) *Gateway { return &c.Gateways.Bale }),
	gatewayTimeout("bale", "5s", func(c *Config) *Gateway { return &c.Gateways.Bale }),
	botPage("bale", "https://ble.ir/NAME", func(c *Config) *string { return &c.Gateways.BalePage }),
	botKey("bale", func(c *Config) *string { return &c.Gateways.BaleHookKey }),
	gatewayURL("telegram", "bot API of Telegram (https://api.telegram.org)", func(c *Config) *Gateway { return &c.Gateways.Telegram }),
	botToken("telegram", func(c *Config) *Gateway { return &c.Gateways.Telegram }),
	gatewayTimeout("telegram", "5s", func(c *Config) *Gateway { return &c.Gateways.Telegram }),
	botPage("telegram", "https://t.me/NAME", func(c *Config) *string { return &c.Gateways.TelegramPage }),
	botKey("telegram", func(c *Config) *string { return &c.Gateways.TelegramHookKey }),
	gatewayURL("payments", "payment provider", func(c *Config) *Gateway { return &c.Gateways.Payments }),
	gatewayToken("payments", func(c *Config) *Gateway { return &c.Gateways.Payments }),
	gatewayTimeout("payments", "10s", func(c *Config) *Gateway { return &c.Gateways.Payments }),
	gatewayURL("timestamp", "time-stamping authority (RFC 3161)", func(c *Config) *Gateway { return &c.Gateways.Timestamp }),
	gatewayToken("timestamp", func(c *Config) *Gateway { return &c.Gateways.Timestamp }),
	gatewayTimeout("timestamp", "10s", func(c *Config) *Gateway { return &c.Gateways.Timestamp }),
	{key: "gateways.timestamp.roots", value: func(c *Config) value { return text{&c.Gateways.TimestampRoots} },
		doc: "PEM file with the root certificates by which its time stamps are trusted. Default: those of the system."},
	gatewayURL("consular", "consular system of the Foreign Ministry", func(c *Config) *Gateway { return &c.Gateways.Consular }),
	gatewayToken("consular", func(c *Config) *Gateway { return &c.Gateways.Consular }),
	gatewayTimeout("consular", "5s", func(c *Config) *Gateway { return &c.Gateways.Consular }),
	gatewayURL("foreigners", "register of foreign nationals", func(c *Config) *Gateway { return &c.Gateways.Foreigners }),
	gatewayToken("foreigners", func(c *Config) *Gateway { return &c.Gateways.Foreigners }),
	gatewayTimeout("foreigners", "5s", func(c *Config) *Gateway { return &c.Gateways.Foreigners }),
	gatewayURL("companies", "register of companies and other legal persons", func(c *Config) *Gateway { return &c.Gateways.Companies }),
	gatewayToken("companies", func(c *Config) *Gateway { return &c.Gateways.Companies }),
	gatewayTimeout("companies", "5s", func(c *Config) *Gateway { return &c.Gateways.Companies }),
	gatewayURL("proofing", "exchange of the brokers who prove identities by video", func(c *Config) *Gateway { return &c.Gateways.Proofing }),
	gatewayToken("proofing", func(c *Config) *Gateway { return &c.Gateways.Proofing }),
	gatewayTimeout("proofing", "10s", func(c *Config) *Gateway { return &c.Gateways.Proofing }),
	gatewayURL("professions", "register of lawyers’ and experts’ licences", func(c *Config) *Gateway { return &c.Gateways.Professions }),
	gatewayToken("professions", func(c *Config) *Gateway { return &c.Gateways.Professions }),
	gatewayTimeout("professions", "5s", func(c *Config) *Gateway { return &c.Gateways.Professions }),
	{key: "gateways.email.url", value: func(c *Config) value { return mailURL{&c.Gateways.Email.URL} },
		doc: "The server that takes e-mail from us: smtp://HOST:PORT (which must offer STARTTLS unless it is on this machine) or smtps://HOST:PORT. Empty: not connected; in a demo a double answers."},
	{key: "gateways.email.user", value: func(c *Config) value { return text{&c.Gateways.EmailUser} },
		doc: "Who we are to it. Empty: it asks for nobody."},
	{key: "gateways.email.password", secret: true, value: func(c *Config) value { return text{&c.Gateways.Email.Token} },
		doc: "The password of that user."},
	{key: "gateways.email.from", value: func(c *Config) value { return address{&c.Gateways.EmailFrom} },
		doc: "The sender’s address of all e-mail, neutral: it must not tell who looks over somebody’s shoulder what it is about. Needed with gateways.email.url."},
	gatewayTimeout("email", "15s", func(c *Config) *Gateway { return &c.Gateways.Email }),

	{key: "tracing.endpoint", value: func(c *Config) value { return webURL{&c.Tracing.Endpoint} },
		doc: "Where traces go: the address of an OpenTelemetry collector (OTLP over HTTP) with its path, such as http://127.0.0.1:4318/v1/traces. Empty: no traces. They hold routes, names of statements and times, nothing about people."},
	{key: "tracing.sample", def: "0.1", value: func(c *Config) value { return share{&c.Tracing.Sample} },
		doc: "The share of requests and jobs that are traced, from 0 to 1."},
}

const day = 24 * time.Hour

func gatewayURL(name, what string, of func(*Config) *Gateway) setting {
	return setting{key: "gateways." + name + ".url", value: func(c *Config) value { return webURL{&of(c).URL} },
		doc: "Where the " + what + " answers. Empty: not connected; in a demo a double answers."}
}

func gatewayToken(name string, of func(*Config) *Gateway) setting {
	return setting{key: "gateways." + name + ".token", secret: true, value: func(c *Config) value { return text{&of(c).Token} },
		doc: "Bearer token for it."}
}

func botToken(name string, of func(*Config) *Gateway) setting {
	return setting{key: "gateways." + name + ".token", secret: true, value: func(c *Config) value { return text{&of(c).Token} },
		doc: "Token of our bot there. Give the bot a name that does not say that a court is behind it: others see who writes to somebody."}
}

func botPage(name, example string, of func(*Config) *string) setting {
	return setting{key: "gateways." + name + ".page", value: func(c *Config) value { return webURL{of(c)} },
		doc: "Where people find the bot, such as " + example + ". Empty: they send their code by hand."}
}

func botKey(name string, of func(*Config) *string) setting {
	return setting{key: "gateways." + name + ".hook_key", secret: true, value: func(c *Config) value { return text{of(c)} },
		doc: "Secret that the messenger shows when it calls /alerts/bot/" + name + " (secret_token of setWebhook; letters, digits, _ and -). Empty: it does not call, and is asked every few seconds."}
}

func gatewayTimeout(name, def string, of func(*Config) *Gateway) setting {
	return setting{key: "gateways." + name + ".timeout", def: def,
		value: func(c *Config) value { return between{&of(c).Timeout, 10 * time.Millisecond, 2 * time.Minute} },
		doc:   "How long to wait for one answer."}
}
