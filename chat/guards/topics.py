"""What a question is about, as far as guard rails ask: investment advice, and administrators' own topics. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_I = re.IGNORECASE
_ASSET = (
    r"(?:stocks?|shares?|bonds?|funds?|etfs?|trusts?|securit(?:y|ies)|equit(?:y|ies)|position|crypto\w*"
    r"|bitcoin|gold|silver|options?|futures"
    r"|currenc(?:y|ies)|yen|dollars?|euros?|treasur(?:y|ies)|reits?|portfolio|money|savings|it|them|now|today)"
)
_WHO = (
    r"(?:i|we|you|he|she|they|one|somebody|someone|anyone|my \w+|our \w+|(?:the|a|this|an?) (?:customer"
    r"|client|investor|person)s?|clients|customers|investors|people)"
)
_TRADE = r"(?:buy|purchase|sell|short|hold|dump|accumulate|subscribe|overweight|underweight|hedge)"
_NAMED = r"(?-i:[A-Z][\w.&'’-]+)"
ADVICE = (
    r"\b(?:should|shall|ought|must|would you(?: have| advise| tell)?|can you advise|do you think|is it "
    rf"(?:wise|smart|time|safe|better|sensible)(?: for {_WHO})? to)\b(?:\W+\w+){{0,4}}?\W+(?:to )?{_TRADE}"
    rf"\b(?:\W+\w+){{0,5}}?\W+(?:{_ASSET}\b|{_NAMED})",
    r"\b(?:should|shall|ought|would you|do you think|is it (?:wise|smart|time|safe|better|sensible))"
    r"\b.{0,40}\binvest(?:ing)?\b",
    r"\b(?:is|are|was|would|will)\b.{1,60}\b(?:a )?(?:good|bad|great|safe|sound|smart|wise|attractive"
    r"|worthwhile) (?:investments?|buys?|time to (?:buy|sell|invest)|stocks? to (?:buy|own|hold)|bets?)\b",
    r"\bworth (?:buying|investing|holding|selling)\b|\b(?:time|moment) to (?:buy|sell|invest)\b",
    rf"\b(?:which|what)\b.{{0,40}}\b{_ASSET}\b.{{0,40}}\b(?:should|would|do you|to)\b.{{0,20}}\b(?:buy"
    r"|invest|recommend|pick|choose|own|sell)\b",
    rf"\bwhat (?:should|shall) {_WHO} (?:invest in|buy|sell)\b|\bwhere (?:should|shall|can) {_WHO} "
    r"(?:best )?(?:invest|put)\b",
    r"\b(?:recommend|suggest|advise)\b(?:\W+\w+){0,6}?\W+(?:stocks?|shares?|bonds?|funds?|etfs?"
    r"|investments?|portfolio|asset allocation)\b",
    r"\b(?:will|is|are)\b.{1,60}\b(?:share|stock|bond|market) prices?\b.{0,20}\b(?:go up|go down|rise|fall"
    r"|drop|double|recover|crash|be)\b",
    r"\b(?:will|is)\b.{1,40}\b(?:stocks?|shares?)\b.{0,20}\b(?:go up|go down|going to (?:rise|fall)|rise"
    r"|fall|crash)\b",
    r"(?:買|購入|売|売却|投資|保有|積立|積み立て|乗り換え|損切り)(?:う|る|い|す|し|する|した|った"
    r"|て)?(?:べき|た?(?:方|ほう)が(?:いい|良い|よい|得|有利)|ても"
    r"(?:大丈夫|いい|良い)|たら(?:いい|良い|よい))",
    r"(?:株|株式|銘柄|投信|投資信託|ファンド|債券|国債|外貨|ETF|仮想通貨|暗号資産|不動産"
    r"|金融商品).{0,16}(?:おすすめ|お勧め|お薦め|オススメ|推奨して|推薦して|勧めて|選んで)",
    r"(?:おすすめ|お勧め|お薦め|オススメ|有望|推奨)(?:の|な|できる)?(?:株|銘柄|投信|投資信託|ファンド"
    r"|債券|投資先|ETF|金融商品|運用)",
    r"買い時|売り時|買い(?:ですか|でしょうか|か[？?])|儲か(?:る|り)|(?:株価|相場|為替|円"
    r"|ドル).{0,20}(?:上が|下が|値上がり|値下がり|騰|暴落|回復)(?:り|る)?"
    r"(?:ます|でしょう|そう|か)",
    r"(?:何|どれ|どの|どこ|いくら).{0,20}(?:に)?投資(?:する|し|したら|すれば|すべき)",
)
PATTERNS = tuple(re.compile(pattern, _I) for pattern in ADVICE)


def asks_advice(question: str) -> bool:
    """Whether it asks what to buy, hold or sell, or where a price will go; not what somebody bought, or why it fell."""
    plain = unicodedata.normalize("NFKC", question)
    return any(pattern.search(plain) for pattern in PATTERNS)


def touches(question: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in the question: whole words in Latin letters, any place in other scripts."""
    plain = unicodedata.normalize("NFKC", question).casefold()
    return any(_stands(unicodedata.normalize("NFKC", word).casefold().strip(), plain) for word in words if word.strip())


def _stands(word: str, text: str) -> bool:
    if not word.isascii():
        return word in text
    spaced = r"\s+".join(re.escape(part) for part in word.split())
    return bool(re.search(rf"(?<![a-z0-9]){spaced}(?![a-z0-9])", text))
