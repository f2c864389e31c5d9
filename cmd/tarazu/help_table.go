// SPDX-License-Identifier: Apache-2.0

package main

// exitCode is what a number at the end means.
type exitCode struct {
	code int
	what words
}

// exitCodes are the same for every command.
var exitCodes = []exitCode{
	{exitOK, words{"انجام شد؛ یا با Ctrl-C پایان یافت", "done; or ended by Ctrl-C"}},
	{exitFailed, words{"انجام نشد، یا آنچه بررسی شد درست نیست؛ هر دلیل در یک سطر نوشته می\u200cشود", "not done, or what was checked is not right; each reason on a line of its own"}},
	{exitUsage, words{"دستور یا گزینه فهمیده نشد، یا پرونده\u200cای خوانده نشد؛ چیزی تغییر نکرده است", "the command or a flag was not understood, or a file could not be read; nothing was changed"}},
}

var (
	configFlag = flagHelp{"config", "FILE", words{"پروندهٔ پیکربندی؛ پیش\u200cفرض: آنچه TARAZU_CONFIG می\u200cگوید", "the configuration file; default: what TARAZU_CONFIG names"}}
	demoFlag   = flagHelp{"demo", "", words{"کشور نمایشی، هر چه پیکربندی بگوید", "a demo country, whatever the configuration says"}}
	jsonFlag   = flagHelp{"json", "", words{"نتیجه به صورت JSON", "print JSON"}}
	serverWord = words{
		"پیکربندی همان پیکربندی سرور است: پرونده\u200cای که TARAZU_CONFIG می\u200cگوید و متغیرهای محیط.",
		"The configuration is that of the server: the file that TARAZU_CONFIG names, and variables of the environment.",
	}
)

// helps are all commands, in the order in which they are listed.
func helps() []help {
	return []help{
		{path: "serve", what: words{"به HTTP پاسخ می\u200cدهد و کارها را انجام می\u200cدهد", "answer HTTP and run jobs"},
			more:  words{"نشانی در TARAZU_ADDR است؛ پیش\u200cفرض 127.0.0.1:8080.", "The address is in TARAZU_ADDR, 127.0.0.1:8080 by default."},
			flags: []flagHelp{configFlag, demoFlag, {"no-worker", "", words{"کارها و دفتر گواهی را به «tarazu worker» می\u200cسپارد", "leave jobs and the evidence log to `tarazu worker`"}}}},
		{path: "worker", what: words{"کارها را انجام می\u200cدهد و دفتر گواهی را پیش می\u200cبرد، بدون HTTP", "run jobs and sequence the evidence log, without HTTP"}, flags: []flagHelp{configFlag, demoFlag}},
		{path: "migrate", what: words{"پایگاه داده را به تازه\u200cترین ساختار می\u200cرساند", "bring the database to the newest schema"}, flags: []flagHelp{configFlag, demoFlag}},
		{path: "demo", what: words{"یک کشور نمایشی در پوشهٔ داده می\u200cسازد", "make a demo country in the data folder"},
			more: words{
				"۳۱ استان با دادگاه\u200cها، کارکنان، وکیلان و شهروندان، و پرونده\u200cهایی در هر وضعیت. دوباره اجرا کردن چیزی را تغییر نمی\u200cدهد و کار نیمه\u200cتمام را ادامه می\u200cدهد.",
				"31 provinces with courts, staff, lawyers and citizens, and cases in every state. Running it again changes nothing, and goes on where it was interrupted.",
			},
			flags: []flagHelp{configFlag, {"seed", "N", words{"عددی که نام\u200cها و پرونده\u200cها از آن می\u200cآید؛ عدد یکسان، کشور یکسان", "the number that names and cases come from; the same number, the same country"}}}},
		{path: "config", what: words{"پیکربندی را بررسی می\u200cکند، یا نمونه\u200cای چاپ می\u200cکند", "check the configuration, or print an example"}},
		{path: "config check", what: words{"آنچه برقرار است و هر خطای آن را نشان می\u200cدهد", "print what is in effect, secrets masked, and everything that is wrong with it"},
			flags: []flagHelp{{"file", "FILE", configFlag.what}}},
		{path: "config example", what: words{"پرونده\u200cای با همهٔ کلیدها، توضیح و پیش\u200cفرض هر یک", "print a file with every key, its words and its default"}},
		{path: "catalogue", what: words{"تعریف خدمت\u200cها را بررسی می\u200cکند", "check definitions of services"}},
		{path: "catalogue check", args: "[DIR|FILE…]", what: words{"هر خطا را با پرونده و سطر آن نام می\u200cبرد", "name every fault with its file and line"},
			more: words{"بدون نام پرونده، تعریف\u200cهای درون برنامه بررسی می\u200cشود.", "Without an argument it checks the definitions in the program."}},
		{path: "verify", args: "FILE…", what: words{"رسیدها و ردیف ابلاغیه\u200cهای یک شخص را بررسی می\u200cکند، بدون شبکه و پایگاه داده", "check receipts, and somebody's series of notices, without network and database"},
			more: words{"بدون کلید گفته می\u200cشود که صادرکننده بررسی نشده است.", "Without a key it says that the issuer was not checked."},
			flags: []flagHelp{
				{"key", "KEY", words{"کلید عمومی دفتر گواهی؛ می\u200cتواند چند بار بیاید", "public key of the evidence log; may be given more than once"}},
				{"key-file", "FILE", words{"پرونده\u200cای با کلیدها", "a file with keys"}},
				{"witness", "KEY", words{"کلید عمومی ناظری که به او اعتماد دارید؛ می\u200cتواند چند بار بیاید", "public key of a witness you trust; may be given more than once"}},
				{"quorum", "N", words{"چند ناظر باید امضا کرده باشند؛ پیش\u200cفرض یکی", "how many of them must have signed; default: one"}},
				{"chain", "FILE", words{"زنجیر دفترها: کلید یک دفتر به کلید دفترهای دیگر می\u200cرسد", "the chain of the logs: the key of one leads to those of the others"}},
				{"paper", "FILE", words{"سندی که رسید باید دربارهٔ آن باشد", "a paper (PDF) that the receipt must speak of"}},
				{"record", "FILE", words{"متن ثبت\u200cشده\u200cای که رسید باید دربارهٔ آن باشد", "a record (JSON) that the receipt must speak of"}}, jsonFlag}},
		{path: "audit", what: words{"دفتر گواهی و ردیف ابلاغیه\u200cها را از نو حساب می\u200cکند و نخستین ناهمخوانی را نام می\u200cبرد", "recompute the evidence log and the series of notices, and name what differs"}},
		{path: "witness", what: words{"ناظری مستقل که پیش رفتن دفتر گواهی را امضا می\u200cکند", "an independent witness that signs how the evidence log grows"},
			more: words{
				"هر نهادی می\u200cتواند آن را اجرا کند؛ کلید و پایگاه دادهٔ خودش را دارد. اول کلید عمومی خود را چاپ می\u200cکند، سپس به add-checkpoint پاسخ می\u200cدهد.",
				"Any body can run it; it has a key and a database of its own. It prints its public key, then answers add-checkpoint (C2SP tlog-witness).",
			},
			flags: []flagHelp{
				{"name", "NAME", words{"نام ناظر، برای نمونه bar.example.ir/witness؛ باید داده شود", "name of the witness, such as bar.example.ir/witness; it must be given"}},
				{"dir", "DIR", words{"پوشهٔ کلید و پایگاه داده؛ پیش\u200cفرض witness", "folder of its key and database; default: witness"}},
				{"addr", "HOST:PORT", words{"نشانی سرور؛ پیش\u200cفرض 127.0.0.1:8099", "where it answers; default: 127.0.0.1:8099"}},
				{"log", "KEY", words{"کلید عمومی دفتری که باید دیده شود؛ می\u200cتواند چند بار بیاید", "public key of a log to watch; may be given more than once"}},
				{"log-file", "FILE", words{"پرونده\u200cای با کلیدهای دفترها", "a file with keys of logs"}},
				{"show-key", "", words{"تنها کلید عمومی را چاپ می\u200cکند", "print the public key and end"}}}},
		{path: "deadline", what: words{"یک مهلت قانونی را می\u200cشمارد، بدون پایگاه داده", "count a statutory term, without database"},
			flags: []flagHelp{
				{"rule", "CODE", words{"قانون و ماده، برای نمونه cpc-336", "law and article, such as cpc-336"}},
				{"served", "DATE", words{"روز ابلاغ، 2025-05-11 یا 1404-06-31", "day of service, 2025-05-11 or Jalali 1404-06-31"}},
				{"abroad", "", words{"مخاطب خارج از ایران زندگی می\u200cکند", "the addressee lives abroad"}},
				{"province", "NAME", words{"استان دادگاه", "province of the court, in Persian or English"}},
				{"days", "N", words{"مهلتی که دادگاه تعیین کرده است", "the term the court set"}},
				{"thursday-closed", "", words{"پنجشنبه هم دادگاه تعطیل است", "courts rest on Thursdays too"}},
				{"outage", "DATE", words{"روزی که سامانه\u200cها از کار افتاده بودند؛ می\u200cتواند چند بار بیاید", "a day on which the electronic services were down; may be repeated"}},
				{"other", "DATE", words{"روز ابلاغ به خواندهٔ دیگر، با +abroad اگر خارج از ایران زندگی می\u200cکند؛ می\u200cتواند چند بار بیاید", "day of service on another defendant, +abroad if he lives abroad; may be repeated"}},
				{"postponed", "A:B", words{"روز جلسه\u200cای که برگزار نشد و روز تازهٔ آن؛ می\u200cتواند چند بار بیاید", "day of a hearing that could not be held, and its new day; may be repeated"}},
				{"list", "", words{"جدول مهلت\u200cها را می\u200cنویسد", "print the table of terms"}}, jsonFlag}},
		{path: "admin", what: words{"راه\u200cاندازی، انتشار، کارهای رهاشده، پشتیبان، بازگردانی، بازبینی", "set up, publish, look at dead jobs, back up, restore, audit"},
			more: words{
				serverWord.fa + "\nکلیدهای پوشهٔ داده در پشتیبان نیست: نسخهٔ آن\u200cها را جدا نگه دارید.",
				serverWord.en + "\nThe keys in the data folder are not part of a backup: keep a copy of them apart.",
			}},
		{path: "admin country", args: "FILE.json", what: words{"دادگاه\u200cها را از یک پرونده می\u200cخواند", "load courts"},
			flags: []flagHelp{{"default", "", words{"دادگاه\u200cهای ساختگی، به جای پرونده", "the invented ones, instead of a file"}}}},
		{path: "admin administrator", args: "FILE.json", what: words{"حساب نخستین مدیر سامانه را می\u200cسازد", "make the first administrator's account"}},
		{path: "admin publish", args: "closure|threshold|fee|service FILE.json", what: words{"یک ردیف تاریخ\u200cدار را برقرار می\u200cکند", "put a dated table entry into force"}},
		{path: "admin deaths", args: "FILE", what: words{"حساب کسانی را که پروندهٔ ثبت احوال نام برده است می\u200cبندد", "close the accounts of those whom a file of the civil registry names"},
			more: words{
				"هر سطر: کد ملی، ویرگول، deceased (درگذشته) یا incapable (تحت قیمومت).",
				"Each line: a national code, a comma, deceased or incapable (under guardianship).",
			}},
		{path: "admin introduce", args: "graduates|lawyers|experts|people FILE.csv [apply]", what: words{"معرفی گروهی را می\u200cسنجد یا به کار می\u200cبندد", "check a file that introduces people, or apply it too"},
			more: words{
				"بدون apply فقط ردیف\u200cهای نادرست نشان داده می\u200cشود و به کسی چیزی داده نمی\u200cشود.",
				"Without apply only the wrong rows are shown, and nobody is given anything.",
			}},
		{path: "admin introduce undo", args: "BATCH", what: words{"آنچه یک معرفی داده است پس می\u200cگیرد", "take back what a file has given"}},
		{path: "admin jobs", what: words{"کارهای رهاشده را فهرست می\u200cکند", "list the jobs that were given up"}},
		{path: "admin jobs retry", args: "ID…", what: words{"آن\u200cها را دوباره در نوبت می\u200cگذارد", "make them due again"}},
		{path: "admin backup", args: "FILE", what: words{"هر ردیف را، آن\u200cگونه که در یک لحظه هست، می\u200cنویسد", "write every row, as it stands at one instant"}},
		{path: "admin restore", args: "FILE", what: words{"پشتیبان را در پایگاه خالی هر یک از دو موتور می\u200cگذارد", "put a backup into an empty database, of either engine"}},
		{path: "admin new-shard", what: words{"دفتر گواهی را می\u200cبندد و دفتر بعدی را با همان کلید می\u200cگشاید", "end the evidence log and open the next one, with the same key"}},
		{path: "admin rotate-key", args: "[prepare|lost|known]", what: words{"دفتر گواهی را می\u200cبندد و دفتر بعدی را با کلیدی تازه می\u200cگشاید", "end the evidence log and open the next one, with a new key"},
			more: words{
				"با prepare تنها پروندهٔ کلید ساخته می\u200cشود تا به دستگاه\u200cهای دیگر برده شود. با lost یا known دفتر پیشین چیزی اعلام نمی\u200cکند: کلید آن گم شده یا به دست دیگری افتاده است.",
				"With prepare only the key file is made, to be copied to the other machines first. With lost or known the old log announces nothing: its key is gone, or in others' hands.",
			}},
		{path: "admin audit", what: words{"همان «tarazu audit»", "the same as `tarazu audit`"}},
		{path: "admin export-log", args: "DIR", what: words{"دفترها را به صورت پرونده\u200cهای ایستا برای همه می\u200cنویسد", "write the logs as static files for everybody"},
			more: words{
				"کاشی\u200cهای اثر انگشت، نقطهٔ امضاشده و کلید هر دفتر، به شکل C2SP tlog-tiles؛ آنچه ثبت شده نوشته نمی\u200cشود. می\u200cتوان آن را نیمه\u200cکاره رها کرد و دوباره اجرا کرد.",
				"The hash tiles, checkpoint and key of each log, as C2SP tlog-tiles; what was recorded is not written. It can be interrupted and run again.",
			}},
		{path: "admin key", what: words{"کلید عمومی دفتر گواهی، برای verify --key", "print the log's public key, for verify --key"}},
		{path: "admin client", args: "add FILE.json|list|end ID", what: words{"سایت\u200cهایی را که مردم با هویت قضایی خود وارد آن\u200cها می\u200cشوند ثبت می\u200cکند، فهرست می\u200cکند یا کنار می\u200cگذارد", "register, list or shut out sites where people sign in with their judicial identity"},
			more: words{
				"پرونده این\u200cها را دارد: name_fa، name_en، owner_fa، owner_en، redirects، و اگر لازم باشد logouts، scopes، sector، public. رمز سایت یک بار نشان داده می\u200cشود.",
				"The file has name_fa, name_en, owner_fa, owner_en, redirects and, where needed, logouts, scopes, sector, public. The site's secret is shown once.",
			}},
		{path: "admin signing-key", args: "list|rotate [drop]", what: words{"کلیدهایی را که ورود به سایت\u200cها را امضا می\u200cکنند فهرست یا تازه می\u200cکند", "list or renew the keys that sign for those sites"},
			more: words{
				"با drop به کلیدهای پیشین دیگر اعتماد نمی\u200cشود: وقتی که شاید کلیدی به دست کسی افتاده باشد.",
				"With drop the keys before are not trusted any more: for when one may be in somebody's hands.",
			}},
		{path: "bench", what: words{"برنامه را در کنار موتور خام اندازه می\u200cگیرد", "measure beside the raw engine"},
			more: words{
				"روی پایگاه\u200cهای خودش کار می\u200cکند. به برنامه\u200cهای PostgreSQL نیاز دارد، مگر با --engine sqlite.",
				"It works on databases of its own. It needs the PostgreSQL server programs unless --engine is sqlite.",
			},
			flags: []flagHelp{
				{"rounds", "N", words{"هر اندازه\u200cگیری چند بار؛ جدول میانه را دارد", "how often everything is measured; the table has the medians"}},
				{"seconds", "S", words{"درازای یک اندازه\u200cگیری", "length of one measurement"}},
				{"engine", "sqlite|postgres", words{"تنها همین موتور", "only this engine"}},
				{"only", "NAMES", words{"تنها همین اندازه\u200cگیری\u200cها", "only these measurements, with commas"}},
				{"postgres", "URL", words{"نشانی یک سرور PostgreSQL", "address of a PostgreSQL server; default: a throw-away one"}},
				{"notices", "N", words{"صندوق و ابلاغ را با این شمار ابلاغ در PostgreSQL با ۵۰٬۰۰۰ می\u200cسنجد؛ ۰: نمی\u200cسنجد", "compare the inbox and deliveries with so many notices in PostgreSQL with 50,000; 0: do not"}},
				{"few", "N", words{"شمار ابلاغ برای سنجش با --notices، به جای ۵۰٬۰۰۰", "with how many --notices is compared, instead of 50,000"}},
				{"profile", "FILE", words{"نمایهٔ پردازنده را در این پرونده می\u200cنویسد", "write a processor profile to this file"}}, jsonFlag}},
		{path: "version", what: words{"نسخهٔ برنامه را چاپ می\u200cکند", "print the version"}},
	}
}
