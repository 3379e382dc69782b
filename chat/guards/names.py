"""Given names that are common in English text about people, of several languages, for want of a model that reads them.

Left out are names that are everyday words (Grace, Mark, Will, May, Rich) or places and companies (Charlotte, Chase).
"""

from __future__ import annotations

from chat.guards.vocabulary import listed

GIVEN = frozenset(
    listed(
        """
        aaron abigail ada adam adrian agnes aidan aiko akihiko akiko akira alan albert alejandro alex alexander
        alexandra alexis alfred ali alice alicia alison allan allison alvin amanda amelia amit amy ana andrea
        andreas andrei andres andrew andy angela angelica anita anjali anna anne annette annie anthony antoine anton
        antonio arjun arnold arthur arturo asako ashley astrid atsushi aya ayako barbara beatrice benjamin bernard
        bernhard beth bethany betty beverly bjorn bob bonnie boris bradley brandon brenda brian brigitte bruce bruno
        bryan caitlin camille carl carla carlos carmen caroline carolyn catherine cecilia charles cheryl chris
        christian christina christine christoph christopher cindy claire clara claudia claus colin connie craig
        cristina cynthia daichi daisuke dan daniel daniela danielle david deborah deepak denise dennis derek diana
        diane diego dieter dmitri dominic donald donna doris dorothy doug douglas dylan edgar edith eduardo edward
        edwin eiji eileen elaine elena eli elias elizabeth ellen emiko emily emma emmanuel enrique eric erica erik
        erika ernst esther ethan eugene eva evelyn fabio fatima felipe fernando fiona florian frances francesca
        francesco francisco frank franz fred frederic frederick fritz fumiko gabriel gabriela gary geoffrey george
        gerald gerard gerhard gianluca giovanni giulia giuseppe gloria goran greg gregory greta guillermo gunnar
        gustav hana hanako hannah hans harold haruka haruki haruto hassan heather hector heidi helen helena helga
        henri henrik henry herbert herman hideki hideo hikaru hiro hiroko hiroshi hiroyuki hisako howard hugo ian
        ichiro ignacio igor ingrid irene isaac isabel isabella isabelle ivan jackie jacob jacqueline jacques jaime
        jakob james jamie jane janet janice jason javier jean jeff jeffrey jennifer jenny jeremy jerome jerry jesse
        jessica jesus jill jim joan joanna joanne joe joel johan johann johannes john jonas jonathan jorge jose
        josef joseph joshua joyce juan juanita judith judy julia julian julie julien jun junichi junko jurgen justin
        kaito kana kaori karen karin karl katarina kate katharina katherine kathleen kathryn kathy katie katsumi
        kayla kazuhiko kazuko kazuo keiko keith ken kenichi kenji kenneth kenta kevin kim kimberly kiyoshi klaus
        koichi koji kristen kristin kumiko kurt kyle kyoko lars laura lauren laurence lawrence leah leo leon leonard
        leonardo leslie leticia lewis liam liliana linda lindsay lisa liz lois lorenzo louis louise luca lucas lucia
        lucy luis luisa lukas luke lydia lynn magnus makoto mami manuel manuela marc marcel marco marcus margaret
        maria mariana marianne marie mariko marilyn mario marion martha martin martina mary masaaki masahiro masako
        masao masaru masashi matteo matthew matthias maureen maurice maya mayumi megan megumi mei melanie melissa
        michael michel michele michelle michiko miguel miho mikael mike miki minoru miranda misaki mitsuko miyuki
        mohamed mohammad mohammed monica monika motoko muhammad nadia nana nancy naoki naoko naomi natalia natalie
        natasha nathan nathaniel neil nicholas nick nicola nicolas nicole niels nigel nikolai nina nobuko nobuo
        nobuyuki noriko olaf oleg olga oliver olivia omar osamu oscar otto pablo pamela paola paolo patricia patrick
        paul paula paulo pavel pedro peggy penelope peter petra philip philipp philippe phyllis pierre priya rachel
        rafael rajesh ralph ramon raul raymond rebecca regina reiko renee ricardo richard rika rita robert roberta
        roberto robin rodrigo roger roland ronald rosa rosemary ruth ryan ryo ryoko ryota sabine sachiko sakura
        salvatore sam samantha samuel sanjay sara sarah satoru satoshi sayaka scott sean sebastian sergei sergio
        shannon sharon shaun sheila shigeru shin shinji shinobu shirley shiro shizuka shota simon simone sofia sonia
        sophia sophie stacy stefan stefano stephanie stephen steve steven stuart sunil susan susanne suzanne sven
        sylvia tadashi takahiro takako takashi takeshi tamara tanya taro tatiana tatsuya teresa terrence tetsuya
        theodore theresa thomas tiffany tim timothy tina todd tomas tomoko tomomi tony toru toshiko toshio tracy
        trevor tsuyoshi ulrich ursula valerie vanessa vera veronica victor viktor vincent vladimir wakana walter
        wanda wayne wendy werner wilhelm william willie wolfgang xavier yasuhiro yasuko yasuo yoko yolanda yoshihiro
        yoshiko yoshio yuichi yuji yuka yuki yukiko yuko yumi yuri yusuke yutaka yves yvonne zachary zoe
        """
    )
)
