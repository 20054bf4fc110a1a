//! The words by which a saved page's furniture, credit and trail are known. Each list is one
//! text, parted by `;`, in lower case and without quotes, as `fold` leaves a line.

/// Whether a folded text is one of a list.
pub fn listed(list: &str, text: &str) -> bool {
    !text.is_empty() && list.split(';').any(|word| word.trim() == text)
}

/// Lines that are the page's furniture wherever they stand at its start or end.
pub const CHROME: &str = "\
    scroll to top; scroll up; back to top; go to top; to top; top; share; share this; share \
    it; share now; share this story; share this article; share this post; share via; share \
    on; shares; print; print this; print this page; print this article; printer friendly; \
    tweet; tweet this; pin it; pin; like; save; email; e-mail; mail; copy link; copy url; \
    facebook; twitter; x; whatsapp; linkedin; pinterest; reddit; telegram; instagram; \
    youtube; tiktok; messenger; viber; threads; bluesky; mastodon; google+; tumblr; rss; rss \
    feed; read more; load more; show more; see more; view more; more; continue reading; \
    advertisement; advertisements; advert; ad; ads; sponsored; sponsored content; comments; \
    comment; no comments; leave a comment; leave a reply; add comment; add a comment; post a \
    comment; 0 comments; subscribe; subscribe now; sign up; sign in; log in; login; \
    register; menu; main menu; search; close; skip to content; skip to main content; skip to \
    navigation; toggle navigation; listen; listen to article; font size; text size; a+; a-; \
    a; previous; next; previous article; next article; previous post; next post; follow us; \
    follow us on; newsletter; privacy policy; terms of use; terms of service; contact us; \
    about us; cookie policy; cookies; sitemap; all rights reserved; and; nach oben; teilen; \
    drucken; haut de page; retour en haut; partager; imprimer; publicité; anzeige; werbung; \
    compartir; imprimir; publicidad; volver arriba; ir arriba; compartilhar; partilhar; \
    condividi; stampa; pubblicità; torna su; наверх; поделиться; печать; реклама; شیئر کریں; \
    شیئر; پرنٹ; اشتہار; اوپر جائیں; مشاركة; شارك; طباعة; إعلان; العودة إلى الأعلى; ऊपर जाएं; \
    साझा करें; शेयर करें; विज्ञापन; 分享; 打印; 广告; 返回顶部; 回到顶部; 回頂部; トップへ戻る; ページトップへ; シェア; \
    シェアする; 印刷; 広告";

/// Headings of the lists of other stories that follow one.
pub const MORE_STORIES: &str = "\
    related; related news; related stories; related articles; related posts; related topics; \
    related content; related items; related links; related coverage; more stories; more \
    news; more like this; more on this story; more on this topic; more from; latest news; \
    latest stories; latest posts; latest articles; top stories; trending; trending now; \
    popular; popular posts; popular news; most popular; most read; most viewed; read next; \
    up next; recommended; recommended for you; recommended stories; you may also like; you \
    might also like; you may like; also read; see also; dont miss; recent posts; recent \
    news; editors picks";

/// Words before a colon that give the page's address.
pub const ADDRESS: &str = "\
    url; link; address; web address; permalink; permanent link; canonical; canonical url; \
    source url; original; original url; original article; retrieved from; saved from; web; \
    page";

/// Words before a colon that give one of the page's dates.
pub const DATE: &str = "\
    published; published on; published at; publication date; date published; date; posted; \
    posted on; updated; updated on; updated at; last updated; last updated on; last \
    modified; modified; created; date posted; first published; release date";

/// Words that introduce the supplier of the story.
pub const SOURCE: &str = "\
    source; sources; news source; story source; original source; quelle; quellen; fuente; \
    fuentes; fonte; fonti; bron; kilde; källa; lähde; kaynak; źródło; zdroj; izvor; sursă; \
    sursa; forrás; источник; джерело; крыніца; πηγή; المصدر; مصدر; ذریعہ; ماخذ; منبع; स्रोत; \
    উৎস; সূত্র; ஆதாரம்; 来源; 來源; 稿源; 文章来源; 出典; 情報源; 출처; sumber; nguồn; ที่มา; מקור";

/// Words that thank the supplier; they stand behind a line that says "source".
pub const CREDIT: &str = "\
    credit; credits; courtesy; courtesy of; by courtesy of; via; agency; crédit; crédito; \
    créditos; cortesía; بشکریہ; साभार; সৌজন্যে; 提供";

/// The first crumb of a trail, in the languages pages come in.
pub const HOME: &str = "\
    home; homepage; home page; main; main page; front page; frontpage; start; startseite; \
    accueil; inicio; início; página inicial; página principal; portada; pagina iniziale; \
    strona główna; anasayfa; ana sayfa; hem; hjem; forside; etusivu; domů; úvod; domov; \
    naslovnica; početna; acasă; prima pagină; kezdőlap; beranda; utama; trang chủ; главная; \
    главная страница; головна; начало; почетна; αρχική; होम; मुख्य पृष्ठ; मुखपृष्ठ; হোম; \
    প্রচ্ছদ; முகப்பு; ہوم; صفحہ اول; صفحۂ اول; مرکزی صفحہ; سرورق; الرئيسية; الصفحة الرئيسية; \
    خانه; صفحه اصلی; דף הבית; בית; 首页; 首頁; 主页; 主頁; ホーム; トップ; トップページ; 홈; 처음; หน้าแรก";
