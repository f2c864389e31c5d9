// SPDX-License-Identifier: Apache-2.0

package app

// What people of the demo country write where the example of a title does not
// fit their story.
const (
	loanStory = "در تاریخ دهم مهر ماه مبلغ دو میلیارد و چهارصد میلیون ریال به خوانده قرض دادم و رسید دستی دارم. با گذشت سررسید و چند بار مراجعه، خوانده بدهی خود را نپرداخته است."
	carStory  = "بابت فروش یک دستگاه خودرو، ششصد و پنجاه میلیون ریال از بهای آن باقی مانده و خواندهٔ محترم با وجود تحویل خودرو از پرداخت خودداری می\u200cکند."

	judgmentFA = "دادگاه با توجه به سند پیوست و این\u200cکه خوانده دلیلی بر پرداخت نیاورده است، دعوا را وارد می\u200cداند و خوانده را به پرداخت اصل خواسته و هزینهٔ دادرسی محکوم می\u200cکند. این رأی ظرف مهلت قانونی قابل تجدیدنظرخواهی است."
	judgmentEN = "On the document attached, and because the defendant has shown no payment, the court allows the claim and orders the defendant to pay the principal sum and the court costs. This judgment is open to appeal within the statutory term."
	upheldFA   = "تجدیدنظرخواه دلیلی که دادنامه را سست کند نیاورده و رأی با قانون سازگار است. دادگاه با رد تجدیدنظرخواهی، دادنامه را تأیید می\u200cکند. این رأی قطعی است."
	upheldEN   = "The appellant has brought nothing that weakens the judgment, which agrees with the law. The court rejects the appeal and upholds the judgment. This judgment is final."

	noCaseFA = "با بررسی گزارش و گفته\u200cهای دو طرف، دلیل کافی برای انتساب اتهام به دست نیامد. قرار منع تعقیب صادر و اعلام می\u200cشود. این قرار ظرف مهلت قانونی قابل اعتراض است."
	noCaseEN = "On the report and what both sides have said there is not enough evidence of the offence. It is ordered that there be no prosecution. An objection to this order may be made within the statutory term."

	receiptPage = "رسید\nرسید دستی\n\nمتن\nاینجانب مبلغ دو میلیارد و چهارصد میلیون ریال دریافت کردم و متعهد می\u200cشوم در سررسید بازگردانم.\nتاریخ: ۱۰ مهر ۱۴۰۴"
	powerPage   = "وکالت\nوکالت\u200cنامه\n\nمتن\nموکل به وکیل دادگستری اختیار می\u200cدهد در این پرونده از او دفاع کند و اوراق را دریافت کند."
	letterPage  = "نامه\nمعرفی\u200cنامه\n\nمتن\nخواهشمند است گواهی نداشتن پیشینهٔ کیفری نام\u200cبرده برای استخدام صادر شود."
)
