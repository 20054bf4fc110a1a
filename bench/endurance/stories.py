"""Stories that can be told apart, in several scripts, with what tends to break on the way."""

WORDS = {
    "en": "rain falls on the harbour while ministers meet to talk about wheat, \"quotes\" & <brackets>".split(),
    "ur": "بارش بندرگاہ پر وزیر گندم کی بات اجلاس شہر خبر".split(),
    "ru": "дождь над гаванью министры говорят о пшенице сегодня вечером".split(),
    "zh": "港口 下雨 部长 会议 小麦 价格 上涨 今天".split(),
    "hi": "बंदरगाह पर बारिश मंत्री गेहूँ की बैठक आज".split(),
    "tr": "limanda yağmur bakanlar buğday İstanbul ılık 🌧️ 👩🏽‍🌾".split(),
}


def text(words, count, chance):
    return " ".join(chance.choice(words) for _ in range(count))


def stories(count, chance):
    """`count` story inputs; the external id of each is its number."""
    return [story(number, chance) for number in range(count)]


def story(number, chance):
    language = chance.choice(list(WORDS))
    words = WORDS[language]
    return {
        "headline": f"{text(words, chance.randint(3, 12), chance)} {number}",
        "body": "\n\n".join(text(words, chance.randint(20, 80), chance) for _ in range(chance.randint(1, 6))),
        "external_id": f"endure/{number}",
        "source": "endurance",
        "language": language,
        "tags": sorted({chance.choice(words) for _ in range(3)}),
        "status": chance.choice(["draft", "published"]),
        "metadata": {"number": str(number)},
    }
