//! Eight made-up languages: a few common words of the real one, then words of its syllables, and what
//! PostgreSQL makes of each in a search.

use crate::random::Random;
use std::collections::{HashMap, HashSet};
use std::error::Error;
use tokio_postgres::Client;

/// How many words a language has.
const WORDS: usize = 8_000;
/// The word that stands in half of all stories.
pub const COMMON: &str = "berlin";
/// How many words there are that stand in one story of ten thousand: `rare_word(0..RARE)`.
pub const RARE: usize = 100;

/// How many words there are that stand in twenty stories, however many there are: `few_word(0..FEW)`.
pub const FEW: usize = 100;

struct Sample {
    tag: &'static str,
    config: &'static str,
    common: &'static str,
    syllables: &'static str,
}

const SAMPLES: [Sample; 8] = [
    Sample {
        tag: "en",
        config: "english",
        common: "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were her all their there been will would who what more when said so no up out if about than into could state only other new some time these two may then first any now such like our over man even most made after also did many off before must well back through years much your way down should because long day government people world",
        syllables: "ba con de er fa gra ho in ju ka la men ni or pre qua ri sta ter un ver wi yon zen shi tion ment bro cle dri",
    },
    Sample {
        tag: "de",
        config: "german",
        common: "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei jahr jahre regierung stadt land leute zeit welt",
        syllables: "ab ber chen der ein fel ge haus in jah kei lich mann nung ob pfer rei schaft tung um ver wer zeit ung burg stein wald",
    },
    Sample {
        tag: "fr",
        config: "french",
        common: "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ou son lui nous comme mais on tout sa même sans ces ans deux été aussi leur bien peut fait pays monde ville gouvernement président temps jour année",
        syllables: "au bel cha deu eur fon gra hui ion jar lou mar nou oir per que roi sou tion ul vou ment ance ette lier",
    },
    Sample {
        tag: "es",
        config: "spanish",
        common: "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros gobierno país mundo ciudad año años tiempo vida",
        syllables: "al ba cion do es fe gra hue in ja lla mon ne or pe que ro se ta un ver ción dad mien to rio",
    },
    Sample {
        tag: "ru",
        config: "russian",
        common: "и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой от так о для ты же все год тот мочь вы человек такой его сказать только или ещё бы себя один как уже до время если сам когда другой вот говорить наш мой знать стать при чтобы дело жизнь первый очень два день страна город",
        syllables: "ба ва го де жи за ис ко ли ма но об пра ре сто ту уч фор хо це че шо ость ени ный тель ский",
    },
    Sample {
        tag: "ar",
        config: "arabic",
        common: "في من على إلى أن عن مع هذا التي الذي هذه كان لا ما هو بين بعد كل قد أو قال ذلك حيث كما هي لم عند لكن منذ غير حتى ثم كانت أي اليوم قبل خلال يوم سنة عام الحكومة المدينة العالم البلاد الناس الرئيس",
        syllables: "با تا جم حر خل دو رس زي سل شر صف ضم طر عم غر فن قم كت لب مد نو هد وس يم",
    },
    Sample {
        tag: "ur",
        config: "simple",
        common: "کے میں کی ہے اور سے کا کو اس کہ نے ہیں پر یہ بھی ایک جو وہ کر تھا گیا لیے ان ہو تو نہیں کیا تھے ہی اپنے تھی جا ہوئے بعد ساتھ کہا دیا حکومت شہر ملک دنیا وقت لوگ سال دن",
        syllables: "با پا تر ٹی جا چل خو دی ڈا را زم سر شا غم فر کا گل لو من نا وا ہم یک",
    },
    Sample {
        tag: "hi",
        config: "hindi",
        common: "के में की है और से का को यह एक पर ने हैं भी इस कि जो वह कर था गया लिए उन हो तो नहीं किया थे ही अपने थी जा हुए बाद साथ कहा दिया सरकार शहर देश दुनिया समय लोग साल दिन",
        syllables: "का की गा गो चा जा टी डा ता दे ना पा बा मी या रा ला वि शा सा हा नि प्र मु",
    },
];

/// A word and the lexeme that a search finds it by, as a place in `Language::lexemes`.
pub struct Word {
    pub text: String,
    pub lexeme: Option<u32>,
}

/// The languages' words; the names are the same in all of them.
pub struct Language {
    pub tag: &'static str,
    pub config: &'static str,
    /// By frequency.
    pub words: Vec<Word>,
    pub names: HashMap<String, Option<u32>>,
    /// In the order of a tsvector.
    pub lexemes: Vec<String>,
}

/// Names of people, by number.
pub fn author(n: usize) -> String {
    let mut random = Random::new(0xA0, n as u64);
    format!("{} {}", capital(&name(&mut random)), capital(&name(&mut random)))
}

/// Tags of one or two words, by number.
pub fn tag(n: usize) -> String {
    let word = name(&mut Random::new(0x7A6, (n / 2) as u64));
    if n.is_multiple_of(2) {
        word
    } else {
        format!("{word} {}", name(&mut Random::new(0x7A7, n as u64)))
    }
}

/// A word that stands in one story of ten thousand.
pub fn rare_word(n: usize) -> String {
    format!("q{}o{}ax", letter(n / 10), letter(n))
}

/// A word that stands in twenty stories.
pub fn few_word(n: usize) -> String {
    format!("q{}u{}ix", letter(n / 10), letter(n))
}

fn letter(place: usize) -> char {
    const LETTERS: &[u8; 10] = b"bdfgklmnpr";
    char::from(LETTERS[place % 10])
}

fn name(random: &mut Random) -> String {
    const PARTS: [&str; 20] = [
        "ba", "ko", "mi", "ra", "to", "ve", "lu", "sha", "ni", "do", "ze", "fa", "gu", "ha", "pe",
        "ly", "or", "kan", "mar", "tel",
    ];
    (0..2 + random.below(3)).map(|_| PARTS[random.below(20)]).collect()
}

/// With a capital letter, where the script has them.
pub fn capital(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

fn invent(sample: &Sample) -> Vec<String> {
    let mut words: Vec<String> = sample.common.split(' ').map(str::to_owned).collect();
    let mut seen: HashSet<String> = words.iter().cloned().collect();
    let syllables: Vec<&str> = sample.syllables.split(' ').collect();
    let mut random = Random::new(0x30D5, sample.tag.bytes().map(u64::from).sum());
    while words.len() < WORDS {
        // the rarer, the longer
        let length = if words.len() < 400 { 2 } else { 3 + usize::from(random.percent(20)) };
        let word: String = (0..length).map(|_| syllables[random.below(syllables.len())]).collect();
        if seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// All languages, with the lexemes that this database makes of their words.
pub async fn languages(
    client: &Client,
    names: &[String],
) -> Result<Vec<Language>, Box<dyn Error + Send + Sync>> {
    let mut languages = Vec::new();
    for sample in &SAMPLES {
        let words = invent(sample);
        let all: Vec<&String> = words.iter().chain(names).collect();
        let sql = "SELECT tsvector_to_array(to_tsvector($1::text::regconfig, word))
                   FROM unnest($2::text[]) WITH ORDINALITY AS list (word, place) ORDER BY place";
        let mut found: Vec<Option<String>> = Vec::new();
        for row in client.query(sql, &[&sample.config, &all]).await? {
            let mut lexemes: Vec<String> = row.get(0);
            if lexemes.len() > 1 {
                return Err(format!("not one word: {lexemes:?}").into());
            }
            found.push(lexemes.pop());
        }
        let mut lexemes: Vec<String> = found.iter().flatten().cloned().collect();
        lexemes.sort();
        lexemes.dedup();
        let mut places = found.iter().map(|lexeme| {
            let place = lexemes.binary_search(lexeme.as_ref()?).ok()?;
            u32::try_from(place).ok()
        });
        let words = words
            .into_iter()
            .zip(places.by_ref())
            .map(|(text, lexeme)| Word { text, lexeme })
            .collect();
        let names = names.iter().cloned().zip(places).collect();
        languages.push(Language { tag: sample.tag, config: sample.config, words, names, lexemes });
    }
    Ok(languages)
}
