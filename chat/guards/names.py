"""Given names that are common in English text about people, of several languages, for want of a model that reads them.

Left out are names that are everyday words (Grace, Mark, Will, May, Rich) or places and companies (Charlotte, Chase).
"""

from __future__ import annotations

from chat.guards.vocabulary import listed

GIVEN = frozenset(
    listed(
        """
        aaron abdul abdullah abigail ada adam adrian adriana agata agnes agnieszka ahmad aidan aiko aisha
        akihiko akiko akira alan albert alejandro aleksandra alessandro alessia alex alexander alexandra
        alexandre alexis alfonso alfred ali alice alicia alina aline alison alistair allan allison alvaro alvin
        amanda amelia amina amir amit amy ana anastasia anders andrea andreas andreea andrei andres andrew
        andrzej andy angela angelica anika anil anita anja anjali ankit anna anne annette annie anthony antoine
        anton antonella antonia antonio anya aparna arash arjun arnold arthur arturo asako ashley ashok asif
        astrid atsushi augusto aya ayako ayesha ayse barbara bartosz beata beatrice benedikt benjamin bente
        bernard bernhard beth bethany betty beverly bilal bjorn bob bogdan boguslaw bonnie boris bradley brandon
        branislav brenda brian brigitte bruce bruna bruno bryan caitlin camila camille carl carla carlo carlos
        carmen carolina caroline carolyn catarina catherine cecile cecilia chandra chantal charles cheryl chiara
        chidi chinedu chloe chris christelle christian christina christine christoph christopher ciara cindy
        claire clara claudia claudio claus clemens colin connie constantin craig cristian cristina cynthia
        dagmar daichi daisuke damian dan danica daniel daniela danielle danuta dariusz david davide deborah
        deepak deepika delphine denise dennis derek diana diane diego dieter dimitri dimitris dirk dmitri dmitry
        dominic donald donna doris dorota dorothy doug douglas dragan dylan ebba edgar edita edith eduardo
        edward edwin eero eiji eileen eirik ekaterina elaine elena eli elias elisa elisabeth elisabetta
        elizabeth ellen elodie elzbieta emiko emil emilia emilio emily emma emmanuel emre endre enrique eric
        erica erik erika ernst esther ethan eugene eva evelyn ewa ezgi fabio farah fatima fatma federico felipe
        femi fernanda fernando filip filippo finn fiona florian frances francesca francesco francisco franco
        francois frank franz franziska fred frederic frederick freja frida frieda fritz fumiko gabor gabriel
        gabriela gabriele galina gary geoffrey george georgios gerald gerard gerd gerhard gianluca gianni
        giorgio giovanna giovanni gita giulia giuseppe gloria goncalo goran greg gregory greta grzegorz gudrun
        guido guillermo gunnar gunther gustav gyorgy halima hamid hana hanako hannah hanne hans harald harold
        harriet haruka haruki haruto hasan hassan heather hector hedda heidi heike heikki heinrich helen helena
        helga hendrik henri henrik henry herbert herman hideki hideo hikaru hilde hiro hiroko hiroshi hiroyuki
        hisako howard hugo hussein ian ibrahim ichiro ignacio igor ilona ilse imran ines inge ingeborg ingrid
        ioana irene irina isaac isabel isabela isabella isabelle ismail istvan iva ivan ivana ivo jaana jacek
        jackie jacob jacqueline jacques jadwiga jaime jakob jakub james jamie jana jane janet janice janos
        jarmila jaroslav jason javier jean jeff jeffrey jelena jennifer jenny jens jeremy jerome jerry jerzy
        jesse jessica jesus jill jim jiri joakim joan joanna joanne joao joaquim jochen joe joel johan johann
        johannes john jolanta jonas jonathan jonathon jorg jorge jose josef josefina joseph joshua joyce jozef
        juan juanita judit judith judy juha julia julian julie julien julio jun junichi junko jurgen juri justin
        jutta kaisa kaito kamal kana kaori karen karim karin karl karolina kasper katalin katarina katarzyna
        kate katharina katherine kathleen kathryn kathy katie katja katrin katsumi kayla kazimierz kazuhiko
        kazuko kazuo keiko keira keith ken kenichi kenji kenneth kenta kevin khalid kim kimberly kirsten kirsty
        kiyoshi klaus koichi koji kristen kristin kristina krzysztof ksenia kumiko kurt kyle kyoko laila larisa
        lars laszlo laura lauren laurence laurent lawrence layla leah leena leila lena leo leon leonard leonardo
        leonor leslie leticia lewis leyla liam lidia lieselotte liliana linda lindsay lisa liz lois lorena
        lorenzo louis louise lubomir luca lucas lucia lucie lucy ludmila ludovic luis luisa luka lukas luke
        lydia lynn maciej madhuri magdalena magnus maja makoto malgorzata mami manfred manon manuel manuela marc
        marcel marcin marco marcus marek margaret margarita margit margot maria mariam mariana marianne marie
        marija marika mariko marilyn marina mario marion marisa marit marta martha martin martina martine
        martyna mary masaaki masahiro masako masao masaru masashi massimo mateusz matilda mats matteo matthew
        matthias mattias maureen maurice maurizio maya mayumi megan megumi mehdi mehmet mei melanie melissa
        michael michal michel michele michelle michiko miguel mihai miho mikael mike miki mikko milan milena
        milos minoru mira miranda mireille miroslav misaki mitsuko miyuki mohamed mohammad mohammed mohan monica
        monika monique motoko muhammad mustafa nadia nadine nana nancy naoki naoko naomi nasser natalia natalie
        natalya natasa natasha nathan nathaniel neha neil nele nicholas nick nicola nicolai nicolas nicole
        nicoletta niels nigel nikhil nikola nikolai nikolaos nils nina nisha nkechi nobuko nobuo nobuyuki nora
        norbert noriko obinna oksana olaf olavi oleg olena olga oliver olivia oluwaseun omar osamu oscar ottavio
        otto pablo paivi pamela paola paolo pascal patricia patrick patrik paul paula pauline paulo pavel pedro
        peggy pekka penelope peter petr petra philip philipp philippe phyllis pierre piotr pooja prakash pranav
        priya rachel radek rafael rafal rahul raisa raj rajesh ralph raluca ramesh ramon ranjit rashid raul ravi
        raymond rebecca regina reiko renata renate renato rene renee ricardo riccardo richard rika rita robert
        roberta roberto robin rodrigo roger rohan roland romain roman ronald rosa rosalind rosario rosemary
        roxana ruben rui rupert ruslan ruth ryan ryo ryoko ryota sabina sabine sabrina sachiko saeed sakura
        salma salvatore sam samantha samir samira samuel sandeep sandra sandro sanjay sanna santiago sara sarah
        sarita satoru satoshi savita sayaka scott sean sebastian selma serge sergei sergey sergio shannon sharon
        shaun sheila shigeru shin shinji shinobu shirley shiro shizuka shota shreya siegfried sigrid silvia
        silvio simon simona simone sinead siobhan slawomir sofia sofie solveig sonia sonja sophia sophie soren
        stacy stanislav stefan stefania stefano steffen stephanie stephen steve steven stuart sunil suresh susan
        susanne suzanne sven svetlana sylvia sylvie szymon tadashi takahiro takako takashi takeshi tamara tamas
        tanya taro tatiana tatjana tatsuya teresa tereza terrence tetsuya theodore theresa thierry thomas
        thorsten tiffany tilly tim timothy tina tobias todd tomas tomasz tomoko tomomi tony torsten toru toshiko
        toshio tracy trevor tsuyoshi tuomas ulrich ulrike umberto ursula uwe valentina valeria valerie vanessa
        vasile vera veronica veronique victor vijay vikram viktor viktoria vincent vincenzo violeta vivek
        vladimir vladislav vojtech wakana waldemar walter wanda wayne wendy werner wiktor wilhelm william willie
        wioletta wojciech wolfgang xavier yann yannick yasmin yasuhiro yasuko yasuo yoko yolanda yoshihiro
        yoshiko yoshio yuichi yuji yuka yuki yukiko yuko yulia yumi yuri yusuf yusuke yutaka yves yvonne zachary
        zainab zbigniew zdenek zeynep zoe zofia zoltan zsofia zsuzsanna
        """
    )
)

NAMED_AFTER = frozenset(
    listed(
        """
        charles_schwab morgan_stanley lincoln_national eli_lilly john_deere john_hancock raymond_james edward_jones
        mary_kay calvin_klein tommy_hilfiger ralph_lauren jack_daniel philip_morris arthur_andersen jim_beam
        louis_vuitton christian_dior oscar_mayer johnson_controls scott_safety marc_jacobs michael_kors kate_spade
        hugo_boss jimmy_choo oscar_health marie_claire martin_marietta thomas_cook ruth_chris paul_smith tim_hortons
        kenneth_cole martha_stewart andrew_peller walter_energy robert_half robert_bosch henry_schein frank_russell
        alfred_dunhill bruno_magli jean_coutu carl_zeiss ernst_young ashley_furniture sara_lee
        """
    )
)
"""Firms and brands with a person's name, of which there is no telling but by heart."""
