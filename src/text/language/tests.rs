use super::*;

#[test]
fn well_formed_tags() {
    for tag in [
        "en",
        "EN-gb",
        "ur",
        "zh-Hant-TW",
        "zh-cmn-Hans-CN",
        "sl-rozaj-biske",
        "de-CH-1901",
        "es-419",
        "sr-Latn-RS",
        "x-house-style",
        "en-x-a",
        "de-DE-u-co-phonebk",
        "i-klingon",
        "en-GB-oed",
        "zh-min-nan",
        "art-lojban",
        "sgn-BE-FR",
        "und",
        "mul",
        "qaa-Qaaa-QM-x-southern",
    ] {
        assert!(is_bcp47(tag), "{tag}");
    }
}

#[test]
fn malformed_tags() {
    for tag in [
        "",
        "e",
        "-",
        "en-",
        "-en",
        "en--GB",
        "en_GB",
        "english language",
        "12",
        "en-GB-US",
        "toolonglanguage",
        "x",
        "en-x",
        "en-u",
        "en-a-bbb-a-ccc",
        "de-1901-1901",
        "en\n",
        "اردو",
        "en-toolongsubtag",
        "en-US-u-va-posix-t-en-x-abcdefgh-ijk",
        "i-nowhere",
        "u-co",
        "abcd-efg",
    ] {
        assert!(!is_bcp47(tag), "{tag:?}");
    }
}

#[test]
fn right_to_left() {
    for tag in [
        "ar",
        "ar-EG",
        "ar-arz",
        "arz",
        "he",
        "iw",
        "fa",
        "fa-AF",
        "prs",
        "ur",
        "UR-pk",
        "ckb",
        "ps",
        "sd",
        "ug",
        "yi",
        "ji",
        "dv",
        "ks",
        "pa-Arab",
        "PA-arab-PK",
        "pa-PK",
        "az-Arab",
        "az-IR",
        "ku-Arab",
        "uz-Arab",
        "und-Arab",
        "pnb",
        "azb",
        "syr",
        "nqo",
        "rhg-Rohg",
        "ff-Adlm",
        "bal",
        "skr",
        "mzn",
        "en-Hebr",
        "ar-u-nu-latn",
    ] {
        assert_eq!(direction(tag), Direction::Rtl, "{tag}");
    }
}

#[test]
fn left_to_right() {
    for tag in [
        "en",
        "en-GB",
        "ru",
        "zh-Hant",
        "zh-cmn-Hant",
        "ur-Latn",
        "pa",
        "pa-Guru",
        "az",
        "ku",
        "uz",
        "hi",
        "sd-Deva",
        "ks-Deva",
        "tr",
        "el",
        "ja",
        "ar-Latn",
        "x-arab",
        "",
        "not a tag",
        "zz",
        "mn-Mong",
        "i-klingon",
    ] {
        assert_eq!(direction(tag), Direction::Ltr, "{tag}");
    }
}
