"""The words that the guard rails know orders by: small words, tasks, and what each rule's matches have in common."""

from __future__ import annotations


def listed(words: str) -> list[str]:
    return words.split()


EMPTY = frozenset(
    listed(
        """
        a an the and or but of to in on at by for with from into onto as is are was were be been it its this that
        these those i you your yours me my we our us they them their he she his her what who whom which when where
        why how can could would will shall should may might must do does did have has had not no if than then there
        here please about any some all more most other such only own same so too very just also up out over under
        between following subsequent
        """
    )
)
"""Words that say nothing of what a sentence is about."""

TASKS = listed(
    """
    write draft compose create generate produce develop design translate explain describe summarize summarise
    list suggest recommend calculate compute solve convert rewrite paraphrase rephrase analyze analyse compare
    imagine tell teach help find search give show provide outline define name identify discuss craft formulate
    brainstorm prove predict rank code debug implement sing recite plan remind set schedule book order play add
    insert include append integrate incorporate modify augment enhance replace introduce misspell encode decode
    reverse answer say repeat print output elaborate illustrate demonstrate interpret classify evaluate assess
    detail narrate proofread correct edit simplify expand shorten break walk share offer research look count
    sort extract guess pretend act draw respond reply construct prepare organize organise detect determine
    advise mention promote encourage
    """
)
"""Verbs by which somebody is set to work."""

NOUNS = listed(
    """
    name schedule order book search research share plan set display count rank detail offer look act sort code
    design output report help print estimate show guess correct format
    """
)
"""Verbs that more often are nouns at the head of a line: a task only with somebody or something after them."""

HEADS = [verb for verb in TASKS if verb not in NOUNS] + [
    "ignore",
    "disregard",
    "forget",
    "reveal",
    "modify",
    "use",
]
"""With what a sentence may begin that gives an order."""

HINTS: dict[str, list[str]] = {
    "override": listed(
        """
        ignor disregard forg unlearn overrid bypass discard drop skip neglect overlook follow obey listen attention
        comply abide adhere stick instruction rule prompt without filter restrict safe limit censor guardrail ethic
        moral reset clear erase wipe instead rather task job assignment role persona goal vergiss vergessen missacht
        oubl olvid dimentic esque desconsider 忽略 无视 忘 不要 игнор забуд 무시 잊 無視 忘れ 破棄 上書き 従
        取り消 無効 優先 実行 制限 制約 フィルタ 検閲
        安全 ガードレール
        """
    ),
    "reveal": listed(
        """
        prompt instruction message guideline programming rule secret hidden forbidden told written said programmed
        asked above before far now point beginning start top password passcode credential api プロンプト 指示
        設定 命令 ルール
        メッセージ
        """
    ),
    "role": listed(
        """
        from henceforth starting you anything mode jail stay pretend act imagine behave respond answer repl speak
        talk role simulate impersonat moderat disclaim warn never not n't filter censor restrict moral ethic
        unlimited unaligned unhinged break character i'm assistant chatbot model ai llm <| [inst [/inst << ##
        system developer end あなた から 以後 以降 今後 モード 制限 制約 検閲 倫理 ふり
        """
    ),
    "answer": listed(
        """
        answer respon repl output completion elucidation explanation message substitut encod cipher encrypt base
        morse rot leet latin anagram typo misspell letter vowel consonant word spaces alphabet character punctuation
        write speak talk 回答 返答 応答 返信 出力 答え レスポンス
        """
    ),
    "assistant": listed(
        """
        ai a.i. assistant bot llm model gpt copilot claude gemini automated trained created 人工知能
        アシスタント モデル チャット あなた
        """
    ),
    "exfiltrate": listed(
        """
        ![ < http www. @ url link address server webhook endpoint site image
        """
    ),
    "code": listed(
        """
        code script snippet function program command implementation shell tool query
        """
    ),
}
"""Of each rule: words of which every match has one, in small letters; looked for first, since most texts have none."""
