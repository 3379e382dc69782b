"""The words by which a text gives orders to whoever answers: patterns in English and Japanese, by rule.

`ORDERS` hold wherever they stand: no filing and no letter speaks of the reader's prompt, role or answer in that way.
`is_task` and `is_question` tell only the form of a sentence; whether it belongs where it stands is not theirs to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from chat.guards.vocabulary import HINTS, NOUNS, TASKS

_I = re.IGNORECASE


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{a})" for a in alternatives), _I)


_GIVEN = (
    r"(?:previous|prior|preceding|above|earlier|past|former|foregoing|existing|initial|original|other|given|current)"
)
_RULES = (
    r"(?:instructions?|directions?|directives?|orders?|commands?|prompts?|rules?|guidelines?|guardrails?"
    r"|restrictions?"
    r"|constraints?|programming|system messages?|messages?|text|context|information|tasks?|conversations?"
    r"|questions?|polic(?:y|ies))"
)
_DROP = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass|discard|drop|skip|neglect"
    r"|overlook|do not (?:follow|obey|listen to|pay attention to)|don'?t (?:follow|obey|listen to"
    r"|pay attention to)|stop following)"
)
_ANSWER = r"(?:answer|response|reply|replies|output|completion|elucidation|explanation|message)s?"
_PUT = (
    r"(?:include|add|append|insert|integrate|incorporate|introduce|embed|put|place|mention|modify|change"
    r"|adjust|alter|augment"
    r"|enhance|enrich|edit|extend|expand|replace|substitute|convert|transform|translate|encode|encrypt"
    r"|encipher|format|reformat"
    r"|present|provide|give|write|rewrite|render|return|deliver|express|formulate|phrase|state|make|use|apply|employ"
    r"|begin|start|end|finish|close|conclude|open|prefix|preface|rearrange|reorder|reverse|flip|scramble"
    r"|jumble|shuffle"
    r"|misspell|anagram|remove|omit|delete|drop|strip|group|combine|join|separate|split|insert|intersperse"
    r"|sprinkle|weave|slip"
    r"|work|blend|fold|advise|claim|assure|announce|praise|rate|tailor|craft|compose|generate|create"
    r"|produce|print|display|show|output|suggest|recommend|promote|advertise"
    r"|tease|hint|highlight|emphasi[sz]e|stress|encourage|urge|ask|invite|tell|inform|remind|warn|mimic"
    r"|obfuscate|disguise|swap"
    r"|capitali[sz]e|underline|repeat|mask|hide|respond|answer|reply|base|offer|direct|link|point|refer"
    r"|feature|spell|switch)"
)
_LEAD = (
    r"(?:[\s\-*•>#\"'“”‘’(\[]|\b(?:please|kindly|now|also|then|next|first|finally|lastly|instead"
    r"|additionally|furthermore|and|but"
    r"|so|oh|hey|hi|hello|ok|okay|just|always|never|simply|seamlessly|quickly|p\.?s\.?|by the way"
    r"|remember to|make sure (?:to|you|that you)|be sure to"
    r"|ensure (?:that )?you|don'?t forget to|do not forget to|try to|go ahead and|feel free to|before "
    r"(?:you )?answering"
    r"|before you continue|as (?:a )?(?:next|last|final) step|at the end|when (?:you )?(?:answer|respond"
    r"|reply)(?:ing)?)\b[,:.!]?)*"
)
_ASKED = (
    r"(?:(?:(?:can|could|would|will) you|i (?:want|need|would like|'d like|expect|order|command"
    r"|ask) you to|i'?d like you to"
    r"|you (?:must|should|shall|need to|have to|are to|ought to)|your (?:new |real |only |next |first )?"
    r"(?:task|job|goal|mission|objective) (?:is|will be) to"
    r"|let'?s|help me(?: to| with)?)\s+(?:please |also |kindly |now |first |instead )*)?"
)
_BEFORE = rf"^{_LEAD}{_ASKED}"
_TELL = (
    r"(?:reveal|print|show|display|output|repeat|recite|tell|give|share|leak|expose|disclose|dump|state|write|list"
    r"|summari[sz]e|translate|spell|return|copy|paste|echo)"
)
_INNER = (
    r"(?:your (?:\w+ ){0,2}?(?:prompts?|instructions?|rules|guidelines|programming|system messages?)"
    r"|(?:the )?(?:\w+ )?(?:system|initial|original|hidden|secret|previous|above|first) (?:prompts?|instructions?)"
    r"|(?:the )?system messages?"
    r"|the (?:\w+ )?(?:prompts?|instructions?) (?:above|so far|before|verbatim|you (?:were|have been) given)"
    r"|instructions to (?:me|us))"
)

ORDERS: dict[str, re.Pattern[str]] = {
    "override": _any(
        r"\b(?:ignore|disregard|forget) (?:what|whatever|anything|everything|all that) (?:i|we|they|you|he"
        r"|she|was|has been)\b.{0,30}\b(?:said|told|wrote|asked|gave|given|written|before|earlier|above)\b",
        r"\b(?:now|here(?:'s| is| comes)|this is|your|a|start(?:ing)?) (?:your |a |the )?(?:new|real"
        r"|actual|true|different) (?:task|job|assignment|role|persona|goal|prompt)\b",
        r"\b(?:vergiss|vergessen sie|ignorier(?:e|en sie)?|missachte)\b.{0,40}\b(?:alle[sn]?|anweisung\w*"
        r"|vorherig\w*|bisherig\w*|instruktion\w*|regeln)\b",
        r"\b(?:ignore[zr]?|oublie[zr]?|olvid[ae]\w*|ignora\w*|dimentica\w*|esque[cç]\w*|desconsider\w*)"
        r"\b.{0,40}\b(?:instru[ck]\w*|istruzion\w*|consignes|r[èe]gles|reglas|regole|regras|anterior\w*"
        r"|pr[ée]c[ée]dent\w*|todo|tout|tutto|tudo)\b",
        r"(?:忽略|无视|無視|忘记|忘掉|不要理会).{0,12}(?:指示|指令|规则|提示|命令|内容|要求)"
        r"|(?:игнорируй|забудь)\w*.{0,30}(?:инструкц"
        r"|указани|правил|вс[её])|(?:무시|잊어).{0,4}(?:하고|해|라|버려)|(?:이전|모든|위의).{0,8}(?:지시"
        r"|명령|규칙).{0,6}(?:무시"
        r"|잊)",
        rf"\b(?:{_DROP}|disable|turn off|switch off|deactivate|remove|lift|suspend|circumvent|evade)\b\W+"
        rf"(?:\w+\W+){{0,3}}?(?:your|all|any|safety|content)\W+(?:\w+\W+){{0,3}}?(?:filters?|restrictions?"
        r"|safeguards?|safety|limits|limitations|censorship|guardrails?|ethics|morals)\b",
        r"\byou (?:don'?t|do not|no longer|needn'?t) (?:have to |need to )?(?:follow|obey|comply|abide"
        r"|adhere|stick)\b",
        r"\b(?:forget|reset|clear|erase|wipe)\b(?:\W+\w+){0,3}?\W+(?:your|this|our|the previous) (?:memory"
        r"|context|conversation|instructions?|programming|training|persona|role)\b",
        r"\bforget\b(?:\W+\w+){0,2}?\W+(?:what|whatever|everything|anything|all)\b(?:\W+\w+){0,4}?\W+"
        r"(?:told|said|instructed|learn(?:ed|t)|taught|given|know)\b",
        r"\b(?:instead|rather) (?:of|than) (?:following|obeying|answering|doing|translating"
        r"|summari[sz]ing)\b.{0,60}\b(?:say|print|write|output|tell|reply|respond|do)\b",
        r"(?:フィルター?|検閲|安全装置|ガードレール|(?:あなた|AI|アシスタント|回答)の.{0,6}(?:制限"
        r"|制約))(?:を|は)(?:すべて|全て)?(?:解除|無効|外し|取り払|オフ)",
        rf"\b{_DROP}\b(?:\W+\w+){{0,4}}?\W+(?:{_GIVEN}|all|any|every|everything|your|these|those|system)\b"
        rf"(?:\W+\w+){{0,5}}?\W*\b{_RULES}\b",
        rf"\b{_DROP}\b\W+(?:about\W+)?(?:everything|anything|all|whatever)\W+(?:(?:that|which)\W+)?(?:(?:is"
        r"|was|stands|came|comes|you|i|we)\W+)*(?:above|before|previously|so far|told|said|learn(?:ed|t)"
        r"|know)\b",
        rf"\b{_DROP}\b\W+(?:the |these |those )?{_RULES}\b(?:\W+\w+){{0,4}}?\W+(?:above|given|before"
        r"|earlier|told|so far|previously)\b",
        rf"\b(?:forget|forgot|forgotten|unlearn)\b(?:\W+\w+){{0,3}}?\W+(?:all|your)\b(?:\W+\w+){{0,3}}?\W+{_RULES}\b",
        r"\b(?:new|updated|revised|real|actual|following|my) instructions?\s*(?::|are\b|follow\b|supersede"
        r"|override|replace)",
        r"\b(?:instructions?|rules?|prompts?) (?:above|before|so far|until now)\b.{0,40}\b(?:no longer|do"
        r"(?:es)? not|don'?t|not) (?:apply|count|valid|matter)",
        r"\bignore (?:the )?(?:document|context|sources?|above|user)s?\b(?: and| but|,|;|:| then)",
        r"\bwithout (?:any |your )?(?:ethic|moral|safety|content) (?:guidelines?|constraints?"
        r"|restrictions?|filters?|polic(?:y|ies))",
        r"(?:これまで|今まで|以前|上記|前述|先|それまで|直前|最初|既存|元|全て|すべて|あらゆる)(?:の"
        r"|に(?:与えられ|受け取っ)た)?.{0,12}(?:指示|命令|ルール|規則"
        r"|プロンプト|設定|制約|指令|ガイドライン|文脈).{0,6}(?:無視|忘れ|破棄|上書き|従わ(?:ない|ず)|取り消|無効)",
        r"(?:指示|命令|ルール|規則|プロンプト|制約|指令).{0,8}(?:を|は)(?:すべて|全て|一切"
        r"|完全に)?(?:無視して|無視し、|無視せよ|無視しろ|忘れて|忘れろ|破棄して|上書きして)",
        r"(?:新しい|新たな|本当の|以下の)(?:指示|命令|プロンプト)(?:に|を)(?:必ず|優先して"
        r"|最優先で)?(?:従|実行|優先)",
    ),
    "reveal": _any(
        r"\b(?:repeat|print(?: out)?|output|echo|recite|dump|regurgitate)\b(?:\W+\w+){0,3}?\W+instructions\b",
        rf"\b{_TELL}\b(?:\W+\w+){{0,4}}?\W+(?:everything|all|text|words?|lines?|content|sentences?"
        rf"|messages?)(?: \w+){{0,3}}? (?:above|before this|so far|up to (?:here|now|this point))\b",
        r"\bwhat (?:were|are|have|did)\b.{0,20}\byou\b.{0,20}\b(?:told|instructed|programmed|prompted"
        r"|asked) (?:to|not|at|before|in)\b",
        r"\b(?:beginning|start|top) of (?:this|our|the|your) (?:conversation|chat|prompt|context|instructions?)\b",
        r"\b(?:tell|give|show|reveal|say|spell|hint)\b(?:\W+\w+){0,4}?\W+(?:secret|hidden|forbidden) "
        r"(?:word|key|password|code|flag|phrase|message)\b",
        rf"\b(?:{_TELL}|what (?:is|are|was|were))\b(?:\W+\w+){{0,6}}?\W+{_INNER}\b",
        r"\b(?:secret|hidden) (?:word|key|password|code|flag|phrase)\b.{0,60}\b(?:tell|reveal|give|say"
        r"|know|disclose)\b",
        r"\b(?:developers?|creators?|admins?|they|openai)\b.{0,20}\btold you not to\b",
        r"\bwhat (?:is|was) (?:written|said) (?:above|before|at the (?:top|beginning))\b",
        r"\b(?:reveal|tell me|give me|show me|print|what is|output) (?:the|your) (?:secret |hidden "
        r"|admin )?(?:password|passcode|secret|api[ -]?keys?|credentials)\b",
        r"(?:システム|初期|内部|隠された|最初の)(?:の)?(?:プロンプト|指示|設定|命令"
        r"|メッセージ).{0,20}(?:表示|出力|教え|開示|公開|繰り返|書き出|明かし|見せ|要約|翻訳)",
        r"(?:あなたの|あなたに与えられた)(?:指示|プロンプト|ルール|設定|命令)(?:内容)?.{0,12}(?:表示"
        r"|出力|教え|開示|公開|繰り返|書き出|明か|見せ|何)",
    ),
    "role": _any(
        r"\b(?:zero|no|without(?: any)?|free of) (?:moderation|censorship|disclaimers?|warnings?"
        r"(?: or \w+)?)\b.{0,80}\b(?:you|answer|repl|respon|it)|\b(?:answer|reply|respon[ds]e?)\b.{0,80}"
        r"\bwithout (?:any )?(?:moderation|censorship|disclaimers?|warnings?|refus\w+)\b",
        r"\byou (?:will|shall|must|are to|have to|should)(?: now)? (?:act|play|pretend|role-?play|simulate"
        r"|impersonate|become|behave|embody)\b",
        r"\b(?:act|behave|respond|answer|reply|speak|talk)(?:ing)? (?:as|like) (?:if you (?:were|are|had)"
        r"|an? (?:\w+ ){0,3}?(?:ai|assistant|chatbot|bot|model|terminal|hacker|console|character|persona)"
        r"\b|DAN\b|(?-i:[A-Z]{2,})\b)",
        r"\bpretend (?:to be|you'?re|you are|that you|you have|you can)\b|\bimpersonat(?:e|ing)\b.{0,30}\b"
        r"(?:ai|character|person|developer|admin)",
        r"\b(?:never|do not|don'?t|must not|cannot|can'?t|won'?t) (?:ever )?(?:refuse|decline|reject"
        r"|break character|apologi[sz]e|mention (?:that )?you(?:'re| are) an? ai|say (?:that )?(?:you"
        r"|i) can'?(?:no)?t|warn|censor|moderate)\b",
        r"\b(?:unfiltered|uncensored|unrestricted|unlimited|amoral|unethical|immoral|unaligned|unhinged)"
        r"\b.{0,20}\b(?:responses?|answers?|ai|chatbot|assistant|mode|model|version|bot|persona|output)\b",
        r"\bjail ?broken\b.{0,20}\b(?:ai|model|assistant|chatbot|version|mode|you)\b|\byou\b.{0,20}"
        r"\bjail ?broken\b|\b(?:break(?:ing)?|stay(?:ing)? in|remain in|out of) character\b",
        r"\bi(?:'m| am) (?:your|the|an?) (?:\w+ )?(?:developer|creator|programmer|administrator|admin"
        r"|maker|engineer at|openai)\b",
        r"\b(?:enter|enable|activate|switch to|turn on|initiate|you(?:'re| are) (?:now )?in)\b.{0,20}\b"
        r"(?:maintenance|diagnostic|test|training|god|dan|dev|developer|debug|admin|root|opposite|evil"
        r"|chaos) mode\b",
        r"(?:制限|制約|検閲|倫理)(?:の|が)ない(?:AI|ＡＩ|アシスタント|モデル|チャットボット|キャラ)"
        r"|(?:の)?ふりをして(?:答え|回答|返答|話|くだ)",
        r"\b(?:from now on|from this (?:point|moment)(?: on(?:ward)?)?|henceforth|starting now)\b.{0,30}"
        r"\byou(?:'re|\W+(?:are|will|must|shall|should|have|can|reply|respond|answer|act|speak|talk|write"
        r"|obey|behave))\b",
        r"\byou (?:are|will|shall|must)\b.{0,60}\b(?:from now on|henceforth)\b",
        r"\byou (?:are|'re) (?:now |going to (?:act|pretend|play|be)|being turned|about to immerse|free "
        r"(?:from|of) |no longer (?:bound|restricted|limited|an? \w*\s?(?:ai|assistant|model|chatbot)))",
        r"\byou(?:'re| are) (?:an? )?(?:special )?\w* ?(?:DAN\b|jailbroken|unrestricted|unfiltered|uncensored)",
        r"\bdo anything now\b|\bDAN mode\b|\bjailbreak(?:ed|en)? mode\b|\b(?:developer|god|sudo|admin"
        r"|debug|root|unrestricted|evil|maintenance) mode\b.{0,30}\b(?:enabled|on|activated?|unlocked)\b",
        r"\b\w+ mode (?:is (?:now )?)?(?:enabled|activated|unlocked)\b.{0,80}\byou\b|\bstay in "
        r"(?:character|\w+ mode)\b",
        r"\b(?:pretend|act|imagine|behave|respond|answer|speak|roleplay|role-play|simulate)\b(?:"
        r"\W+\w+){0,8}?\W+(?:no|without|free of|unbound by|not bound by|forgotten(?: about)?)\b(?:"
        r"\W+\w+){0,3}?\W*\b(?:rules?|restrictions?|limits?|limitations?|filters?|ethics|guidelines?"
        r"|constraints?|polic(?:y|ies)|censorship)\b",
        r"\b(?:an|as an|the) (?:ai|assistant|chatbot|llm|language model) (?:without|with no|that has no"
        r"|free of) (?:ethics|ethical|any|rules|restrictions|limits|filters|morals|guidelines|constraints)"
        r"\b",
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>|\[/?INST\]"
        r"|<</?SYS>>|^\s*#{2,3}\s*(?:system|instruction|assistant|human|user)s?\s*:?\s*$",
        r"^\s*(?:system|assistant|developer)\s*(?:message|prompt|override|note|instruction|alert"
        r"|update)?\s*[:>]\s*(?=\w)",
        r"(?:%%%|###|---|===|\[|<)[^a-z]{0,6}end (?:of )?(?:the )?(?:user|system|document|context|source"
        r"|input|prompt|text)\b.{0,30}(?:%%%|###|---|===|\]|>)",
        r"(?:あなたは)?(?:今から|これから|今後|以後|以降)(?:は"
        r"|、)?(?:あなたは)?.{0,30}(?:として(?:振る舞|行動|回答|応答|返答|ふるま)|になりき|を演じ"
        r"|モードで|の役)",
        r"あなたは(?:もはや|もう)?(?:制限|制約|ルール|規則|倫理).{0,12}(?:ない|なく|受けない|縛られない|無視)",
        r"(?:開発者|管理者|デバッグ|脱獄|無制限)モード(?:を|が|に)?(?:有効|起動|オン|切り替え|移行|なっ)",
    ),
    "answer": _any(
        rf"{_BEFORE}{_PUT}\b.{{0,160}}\b(?:in|into|to|of|with|within|for|throughout|on|at the (?:end"
        r"|beginning|start|top|bottom) of|by|from|between|before|after|across|inside)\b\W+(?:the |all "
        r"|every |any )?(?:your|this|the final|the assistant'?s|the model'?s)\W+(?:\w+"
        rf"\W+){{0,2}}?{_ANSWER}\b",
        rf"{_BEFORE}{_PUT}\W+(?:\w+\W+){{0,6}}?your\W+(?:\w+\W+){{0,2}}?{_ANSWER}\b",
        rf"{_BEFORE}(?:in|within|throughout|at the (?:end|start|beginning|top) of|as part of|for"
        rf"|with) your (?:\w+ ){{0,2}}?{_ANSWER}\W+(?:\w+\W+){{0,3}}?{_PUT}\b",
        rf"{_BEFORE}(?:respond|answer|reply|write|speak|talk)\b (?:\w+ ){{0,3}}?(?:in|with|using|only|as"
        rf"|like|by)\b (?:\w+ ){{0,4}}?(?:english|french|german|spanish|italian|russian|chinese|japanese"
        r"|korean|arabic|latin|hindi|emojis?|base\s?\d+|morse|binary|hex(?:adecimal)?|rot\s?13|code|cipher"
        r"|riddles?|rhymes?|haikus?|poems?|json|capital letters|uppercase|lowercase|words?|yes or no"
        r"|backwards)\b",
        rf"\b(?:your|the (?:final|assistant'?s|model'?s)) {_ANSWER} (?:must|should|shall|has to|needs? to"
        r"|will|ought to)\b",
        rf"{_BEFORE}{_PUT}\b.{{0,60}}\b(?:using|with|via|through|by means of|in)\b.{{0,30}}\b"
        r"(?:substitution|encoding|cipher|encryption|base\s?\d+|morse|rot\s?13|leetspeak|pig latin"
        r"|anagrams?|typos?|misspellings?)\b",
        rf"(?:can|could|would|will) you (?:\w+ ){{0,2}}?{_PUT}\b.{{0,40}}\b(?:your|the) {_ANSWER}\b",
        rf"{_BEFORE}(?:use|replace|convert|swap|substitute|change|remove|scramble|reverse|shuffle|jumble"
        rf"|rearrange|anagram|misspell|mix|render|encode|shift|double|capitali[sz]e)\b.{{0,20}}\b"
        rf"(?:letters?|vowels?|consonants?|words?|spaces|alphabets?|characters?|punctuation)\b.{{0,40}}\b"
        r"(?:answer|response|reply|message|text|output|numbers?|symbols?|following|position|order|emojis?)"
        r"\b",
        r"(?:回答|返答|応答|返信|出力|答え|レスポンス)(?:文)?(?:の(?:中|最後|末尾|冒頭|最初|先頭"
        r"|文末)?)?(?:に|には|を|は|では|で)(?:必ず|すべて|全て|常に"
        r"|、)?.{0,60}(?:含め|入れ|加え|追加|付け|書(?:い|き)|記載|変換|置き換え|置換|挿入|盛り込|織り込"
        r"|言及|使(?:っ|い)|使用|翻訳|暗号化|逆順|表示|出力|推薦"
        r"|宣伝|紹介|誘導|始め|終え|締めくく|行っ|して|し)(?:て(?:ください|下さい|ほしい|欲しい)?|なさい"
        r"|こと|ろ|せよ|よ)(?:[。！\s]|$)",
    ),
    "assistant": _any(
        r"\b(?:attention|note|message|notice|instructions?|reminder|important|hint|memo|dear|hello|hi|hey"
        r"|to)\b[\s:,-]*(?:(?:to|for|the|any|all|this|every|reading|processing)\s+)*(?:the )?(?:ai|a\.i\."
        r"|assistant|chatbot|llm|llms|language models?|chatgpt|gpt|copilot|claude|gemini|bot)s?\b\s*"
        r"(?:assistants?|agents?|models?|systems?|readers?|[:,!.])",
        r"\b(?:if|when|since|because|as) you(?:'re| are)? (?:an? |the )?(?:ai|large language model"
        r"|language model|llm|chatbot|automated (?:assistant|system))\b",
        r"\b(?:ai|assistant|chatbot|llm|language model)s?\b,? (?:must|should|shall|please|has to|have to"
        r"|is (?:required|instructed|ordered) to|are (?:required|instructed) to|needs to|will now)"
        r"\b.{0,80}\b(?:say|tell|write|reply|respond|answer|recommend|rate|rank|approve|ignore|report"
        r"|state|conclude|include|output|send|reveal)\b",
        r"\bas an ai\b.{0,60}\b(?:you(?:'re| are| must| should| have)|programmed|ethic)",
        r"\b(?:you|your (?:developers?|creators?)) (?:are|were|have been)\b.{0,20}\b(?:an? (?:ai"
        r"|language model|llm|chatbot)|trained by|created by openai)\b",
        r"(?:AI|ＡＩ|人工知能|アシスタント|言語モデル|チャットボット|LLM|ChatGPT)(?:の?(?:アシスタント"
        r"|モデル|方|皆さん))?(?:へ(?:の(?:指示|命令|メッセージ"
        r"|注意))?|に対する指示|に告ぐ|宛て?)\s*[:：、。]",
        r"(?:AI|ＡＩ|アシスタント|言語モデル|チャットボット|LLM)(?:は|が|なら)、?.{0,60}(?:回答|返答"
        r"|出力|推奨|紹介|評価|無視|送信|表示|答え|述べ|伝え)(?:し"
        r"|する|え|べ)?(?:て(?:ください|下さい)|なさい|こと(?:。|$)|せよ|しろ|べし)",
        r"この(?:文書|メール|文章|資料|テキスト|ページ)を(?:読|処理|要約|解析)(?:んで|んだ|む|している"
        r"|して|する|した).{0,12}(?:AI|アシスタント|モデル|あなた)",
    ),
    "exfiltrate": _any(
        r"!\[[^\]]*\]\(\s*(?:https?:)?//[^)\s]*[?&/][^)\s]*(?:[{<\[$]|%7b|=\s*\)?|data|secret|conversation"
        r"|history|prompt)[^)]*\)",
        r"<(?:img|iframe|script|object|embed|link|form|svg|video|audio)\b[^>]*\b(?:src|href|action"
        r"|data)\s*=\s*[\"']?\s*(?:https?:)?//",
        r"\b(?:send|forward|post|e-?mail|upload|transmit|submit|leak|exfiltrate|deliver|append|attach"
        r"|copy)\b.{0,60}\b(?:conversation|chat (?:history|log)|history|(?:user|customer|client|account"
        r"|personal|private|confidential|internal)(?:'s|s'?)? (?:data|information|details|records?|names?"
        r"|messages?|question|documents?|passwords?|balance)|password|credentials|api[ -]?keys?|secrets?"
        r"|context|system prompt|this document|the above|question|answer|everything)\b.{0,80}(?:\bto\b|"
        r"\bvia\b|\bat\b).{0,20}(?:https?://|www\.|[\w.+-]+@[\w-]+\.\w|\b(?:the )?(?:url|link|address"
        r"|server|webhook|endpoint|site|image)\b)",
        r"(?:会話|履歴|質問|回答|個人情報|顧客情報|顧客データ|パスワード|口座情報|機密|内容"
        r"|認証情報).{0,30}(?:https?://|www\."
        r"|[\w.+-]+@[\w-]+\.\w+).{0,20}(?:送|転送|アップロード|投稿|付け|付加|追加)",
        r"(?:https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+)\s*(?:に|へ|宛てに|まで).{0,30}(?:会話|履歴|質問|回答"
        r"|個人情報|顧客|パスワード|口座"
        r"|機密|認証情報).{0,20}(?:送信|転送|送って|アップロード|投稿)",
    ),
    "code": _any(
        rf"{_BEFORE}(?:validate |confirm |ensure )?(?:the )?(?:{_PUT}|inclusion of|utili[sz]e|leverage"
        r"|deploy|adopt|take|implement|incorporat\w+|integrat\w+|embed\w+|includ\w+|insert\w+|add\w+|boost"
        rf"|give|fine-tune|strengthen|improve|elevate|optimi[sz]e|upgrade)\b.{{0,60}}\b(?:following"
        rf"|subsequent|below|next|this|provided|given|ensuing)\b.{{0,20}}\b(?:code|script|snippet|function"
        r"|program|command|implementation)\b",
        r"\b(?:following|subsequent|below|ensuing) (?:code|script)(?:\W+\w+){0,2}\W+(?:in|into|to|within"
        r"|for|with)\W+your\b",
        rf"{_BEFORE}(?:run|execute|eval|invoke|call)\b.{{0,30}}\b(?:command|script|code|shell|tool|function"
        rf"|query)\b.{{0,10}}[:`]",
    ),
}
"""By rule: what is never said but to a machine. Searched in one sentence at a time."""

TO_ASKED = ("override", "reveal", "role")
"""The rules that hold for what a user asks as well: nobody needs them to ask a question. An asker may well say how the
answer should look, and may speak about assistants."""

_DONE_TO = r"\s+(?:for |up )?(?:the|an?|me|us|my|your|some|all|any|every|one|two|three|four|five|ten|\d+)\b"
_NOT_A_HEADING = r"(?!\s*[:=|/]|-|\s+(?:by|of|in|on|at|from|was|were|is|are|and|or|forth|below|above)\b)"
TASK = re.compile(
    rf"{_BEFORE}(?P<verb>(?:{'|'.join(NOUNS)})\b(?={_DONE_TO})|"
    rf"(?:{'|'.join(t for t in TASKS if t not in NOUNS)})\b){_NOT_A_HEADING}",
    _I,
)
DIRECT = re.compile(
    rf"^{_LEAD}(?:can|could|would|will) you\b|^{_LEAD}i (?:want|need|would like|'d like) you to\b|^{_LEAD}help me\b", _I
)
QUESTION = re.compile(
    rf"^{_LEAD}(?:what|who|whom|whose|which|when|where|why|how)(?:['’](?:s|re|d|ll))?\b.{{4,}}[?？]\s*[\"'”’)\]]*\s*$"
    rf"|^{_LEAD}(?:is|are|was|were|do|does|did|has|have|should)\b.{{8,}}[?？]\s*$",
    _I | re.DOTALL,
)
TASK_JA = re.compile(
    r"(?:書い|翻訳し|訳し|要約し|説明し|作成し|作っ|教え|挙げ|列挙し|生成し|考え|提案し|解い|計算し"
    r"|比較し|紹介し|述べ|答え|回答し|出力し"
    r"|変換し|推薦し|おすすめし|調べ|検索し|予約し|設定し|描写し|添削し|和訳し|英訳し|創作し|執筆し"
    r"|実装し|示し|含め|演じ|歌っ)"
    r"て(?:ください|下さい|くれ(?:ませんか|ますか)?|もらえますか|いただけますか|ほしい|欲しい|みて)"
    r"|(?:書け|書きなさい|訳せ|訳しなさい|要約せよ|説明せよ|作成せよ|列挙せよ|答えよ|答えなさい|述べよ"
    r"|述べなさい|出力せよ|生成せよ|教えろ)(?:[。！\s]|$)"
)
QUESTION_JA = re.compile(
    r"(?:何|なに|誰|だれ|どこ|いつ|なぜ|どうして|どのよう|どう|どれ|いくつ).{0,40}(?:ですか|ますか"
    r"|でしょうか|ましたか|か)[。？?]?\s*$"
)


def likely(text: str) -> tuple[str, ...]:
    """The rules that can hold somewhere in this text."""
    small = text.lower()
    return tuple(name for name, words in HINTS.items() if any(word in small for word in words))


def order(sentence: str, rules: Iterable[str] = tuple(ORDERS)) -> str:
    """The rule that this sentence falls under; "" for none."""
    small = sentence.lower()
    for name in rules:
        if any(word in small for word in HINTS[name]) and ORDERS[name].search(sentence):
            return name
    return ""


def is_task(sentence: str) -> bool:
    return bool(TASK.search(sentence) or (any(c in sentence for c in "てけせなえべろ") and TASK_JA.search(sentence)))


def is_question(sentence: str) -> bool:
    if DIRECT.search(sentence):
        return True
    if "?" in sentence[-6:]:
        return bool(QUESTION.search(sentence) or QUESTION_JA.search(sentence))
    return "か" in sentence[-3:] and bool(QUESTION_JA.search(sentence))
