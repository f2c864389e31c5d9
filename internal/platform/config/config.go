// SPDX-License-Identifier: Apache-2.0

// Package config is what an operator can set: one TOML file, every key of
// which can be overridden by an environment variable, and whose secrets can
// stand in files of their own.
//
// The life of a setting:
//
//  1. Each key is declared once, in settings.go, with its words, its default
//     and how its text becomes a value.
//  2. Load takes, for each key, the environment (TARAZU_LOG_LEVEL for
//     log.level), else the file, else the default. A secret may instead be
//     named as a file (log.x_file, TARAZU_LOG_X_FILE).
//  3. All faults are collected and told at once, each with where it stands and
//     how to mend it. Keys that do not exist are faults.
//
// Nothing here changes while the program runs.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"strings"
	"time"
)

// Config is the effective configuration.
type Config struct {
	Addr          string // host:port the web server listens on
	BaseURL       string // how people reach it, without a slash at the end
	DataDir       string
	Database      string // "sqlite:FILE" or "postgres://…"; may hold a password
	Demo          bool   // a demo country with doubles of the outside systems
	SecureCookies bool
	// TrustedProxies are the addresses whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix

	Log      Log
	Ledger   Ledger
	Session  Session
	Courts   Courts
	Security Security
	Limits   Limits
	Tokens   Tokens
	Registry Registry
	Blobs    Blobs
	Uploads  Uploads
	Offices  Offices
	Accounts Accounts
	Data     Data
	Gateways Gateways
	Tracing  Tracing
	Outages  Outages
	Alerts   Alerts

	// Warnings are what is allowed but probably not meant.
	Warnings []string

	sources map[string]string // key -> where its value came from
}

// Log is how the program talks to its operator.
type Log struct {
	Level  slog.Level
	Format string // "text" or "json"
}

// Alerts is how people are told that something waits for them.
type Alerts struct {
	// Quiet are the hours in which nobody is told who has not chosen others:
	// "22:00-07:00", "off", or "" for the shipped ones (none in the demo country).
	Quiet string
}

// ShardsYearly is the choice of ledger.shards by which each year has its log.
const ShardsYearly = "yearly"

// Ledger is the evidence log.
type Ledger struct {
	Origin   string        // name of the first log in its checkpoints; never changes
	Shards   string        // ShardsYearly, or "off"
	Interval time.Duration // between checkpoints
	Stamps   time.Duration // between time stamps, at least
	KeyFile  string        // signing key, made at the first start

	Witnesses []Watch // bodies that cosign checkpoints
	Quorum    int     // how many of them must have, before a receipt is handed out
}

// Session is how long somebody stays signed in, however much it is used.
type Session struct {
	Lifetime time.Duration
}

// Courts is what the courts' week is like.
type Courts struct {
	ThursdayClosed bool
}

// Security are the strengths of secrets.
type Security struct {
	CodeKeyFile    string // HMAC key of one-time codes, made at the first start
	Argon2Memory   uint32 // KiB for one password
	Argon2Time     uint32 // passes over that memory
	Argon2Parallel int    // passwords checked at once; each takes one core
}

// Passwords is how many passwords are checked at once.
func (s Security) Passwords() int {
	if s.Argon2Parallel > 0 {
		return s.Argon2Parallel
	}
	return runtime.NumCPU()
}

// Limit allows N acts within a period. N = 0 is no limit.
type Limit struct {
	N   int
	Per time.Duration
}

// Off tells that there is no limit.
func (l Limit) Off() bool { return l.N == 0 }

func (l Limit) String() string {
	if l.Off() {
		return "off"
	}
	return fmt.Sprintf("%d/%s", l.N, span(l.Per))
}

// Tokens are the personal tokens of the API.
type Tokens struct {
	MaxDays int // the longest life
}

// Registry is how the civil registry is asked about accounts that there are.
type Registry struct {
	AskDays  int // between two questions about one account
	AskBatch int // accounts in one minute

	MergeUndoDays int // for which two accounts made one can be parted again
}

// Limits are how often something may be tried.
type Limits struct {
	LoginAccount    Limit // failed log-ins into one account
	LoginAddress    Limit // log-ins from one network address
	CodeMobile      Limit // one-time codes sent to one mobile number
	CodeAddress     Limit // one-time codes asked for from one network address
	RegisterAddress Limit // registrations begun from one network address
	SiteAddress     Limit // sign-ins at other sites begun from one network address
	VerifyAddress   Limit // receipts and papers checked from one network address
	APIToken        Limit // calls of the API with one token
	APIAddress      Limit // calls of the API from one address without one
}

// Blobs is where files are kept.
type Blobs struct {
	URL string // "file:FOLDER", "s3://…", or "mem:" in tests
}

// Accounts is what holds for accounts of people.
type Accounts struct {
	RecoveryHours int // that an owner has for stopping a request to recover the account
}

// Data are the terms of what people are told about themselves.
type Data struct {
	ExportDays int
}

// Offices are the terms of what offices do at their counters.
type Offices struct {
	LinkDays       int // for setting a password
	ConsentMinutes int // after a client's code
	VouchDays      int // for which the word of two people stands
}

// Uploads bounds what people may attach to one filing.
type Uploads struct {
	FileMB   int // one file
	Files    int // all questions together
	FilingMB int // all files together
}

// Gateway is one outside system. An empty URL means that it is not connected:
// under Demo its double answers, otherwise it counts as being down.
type Gateway struct {
	URL     string
	Token   string // secret
	Timeout time.Duration
}

// Gateways are the outside systems.
type Gateways struct {
	Population, SIMOwner, SMS, Payments, Timestamp Gateway
	SMS2                                           Gateway // a second provider of text messages
	SMSReportKey, SMS2ReportKey                    string  // secrets under which they sign what they report
	SMS2Share                                      int     // of a hundred messages, while all is well
	Bale, Telegram                                 Gateway // bots of messengers
	BalePage, TelegramPage                         string  // where people find them
	BaleHookKey, TelegramHookKey                   string  // secrets that the messengers show when they call
	Consular, Foreigners, Companies                Gateway
	Proofing, Professions                          Gateway
	Email                                          Gateway // its URL is that of an SMTP server, its Token the password
	// TimestampRoots is a PEM file with the certificates by which time stamps
	// are trusted; "": those of the system.
	TimestampRoots string
	EmailUser      string // who we are to the e-mail server; "": it asks for nobody
	EmailFrom      string // the sender's address
}

// Tracing says where the traces of requests and jobs go.
type Tracing struct {
	Endpoint string  // OTLP over HTTP; "": nowhere
	Sample   float64 // the share that is kept
}

// Outages is how the program looks after itself.
type Outages struct {
	Every time.Duration // between two probes; 0: none
}

// Fault is one thing that is wrong with the configuration.
type Fault struct {
	Where string // file and line, or the environment variable
	Key   string
	Mend  string // what is wrong and how to mend it
}

func (f Fault) String() string {
	if f.Where == "" {
		return f.Key + ": " + f.Mend
	}
	return f.Where + ": " + f.Key + ": " + f.Mend
}

// FaultsError is everything that is wrong, at once.
type FaultsError struct{ Faults []Fault }

func (e *FaultsError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return "the configuration is not valid:\n  " + strings.Join(lines, "\n  ")
}

// Load reads the file at path and the environment (as os.Environ gives it).
// An empty path means the file that TARAZU_CONFIG names, or none. A wrong
// configuration is a *FaultsError; the Config returned with it holds what
// could be read.
func Load(path string, env []string) (Config, error) {
	l := &loader{env: map[string]string{}, file: map[string]entry{}}
	for _, kv := range env {
		if name, v, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(name, prefix) {
			l.env[name] = v
		}
	}
	if path == "" {
		path = l.env[prefix+"CONFIG"]
	}
	if path != "" {
		l.readFile(path)
	}
	c := Config{sources: map[string]string{}}
	for _, s := range settings {
		l.apply(s, &c)
	}
	l.unknown(&c)
	l.derive(&c)
	if len(l.faults) > 0 {
		return c, &FaultsError{Faults: l.faults}
	}
	return c, nil
}

// Faults gives the single faults of an error of Load.
func Faults(err error) []Fault {
	if e, ok := errors.AsType[*FaultsError](err); ok {
		return e.Faults
	}
	return nil
}
