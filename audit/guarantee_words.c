#include "audit/guarantee_words.h"

/* U+202F NARROW NO-BREAK SPACE. */
#define THIN "\xe2\x80\xaf"

prose_sentence guarantee_words[GUARANTEE_WORD_COUNT] = {
    [GUARANTEE_FUNDED] =
        {"Funded are {0} of {1} projects, which cost {2} of a budget of {3}. Voters: {4}.",
         "Sont financés {0} projets sur {1}, qui coûtent {2} sur une enveloppe de {3}. "
         "Votants" THIN ": {4}."},
    [GUARANTEE_NONE_FUNDED] =
        {"None of {0} projects is funded, of a budget of {1}. Voters: {2}.",
         "Aucun des {0} projets n’est financé, sur une enveloppe de {1}. Votants" THIN ": {2}."},
    [GUARANTEE_GROUPS] = {"Did every group get its share? (EJR+ up to one project)",
                          "Chaque groupe a-t-il eu sa part" THIN "? (EJR+ à un projet près)"},
    [GUARANTEE_GROUPS_MEAN] =
        {"A group is any voters who want the same project that is not funded; its share of the "
         "budget is as large as its part of all voters. The guarantee is broken when, even with "
         "that project, none of them would have more than the share could have bought.",
         "Un groupe, ce sont des votants qui veulent un même projet non financé" THIN
         "; sa part de l’enveloppe est sa proportion parmi tous les votants. La garantie est "
         "rompue quand, même avec ce projet, aucun d’eux n’aurait plus que ce que cette part "
         "pouvait acheter."},
    [GUARANTEE_PROJECTS_HOLD] = {"Counted in projects, it holds for every group.",
                                 "Comptée en projets, elle est tenue pour tous les groupes."},
    [GUARANTEE_MONEY_HOLDS] = {"Counted in money, it holds for every group.",
                               "Comptée en argent, elle est tenue pour tous les groupes."},
    [GUARANTEE_PROJECTS_BROKEN] =
        {"Counted in projects, it is broken for supporters of {0} of the projects not funded. The "
         "first is {1}: {2} of its supporters have at most {3} funded projects each, and their "
         "share, {4}, would have paid for {6} × {5}.",
         "Comptée en projets, elle est rompue pour des soutiens de {0} des projets non financés. "
         "Le premier est {1}" THIN ": {2} de ses soutiens ont au plus {3} projets financés chacun, "
         "et leur part, {4}, aurait payé {6} × {5}."},
    [GUARANTEE_MONEY_BROKEN] =
        {"Counted in money, it is broken for supporters of {0} of the projects not funded. The "
         "first is {1}: {2} of its supporters have funded projects for at most {3} each, and their "
         "share, {4}, would have paid for as much and for {1}, which costs {5}.",
         "Comptée en argent, elle est rompue pour des soutiens de {0} des projets non financés. Le "
         "premier est {1}" THIN ": {2} de ses soutiens ont des projets financés pour au plus {3} "
         "chacun, et leur part, {4}, aurait payé autant et {1}, qui coûte {5}."},
    [GUARANTEE_PAYMENTS] = {"Do the payments explain the outcome?",
                            "Les paiements expliquent-ils le résultat" THIN "?"},
    [GUARANTEE_PAYMENTS_UNKNOWN] = {"In this outcome voters do not pay for projects.",
                                    "Dans ce résultat, les votants ne paient pas les projets."},
    [GUARANTEE_PRICEABLE] =
        {"Yes: supporters paid the cost of each of {0} projects, all with the same money at first, "
         "and those of every other project had less left than it costs.",
         "Oui" THIN ": les soutiens de chacun de {0} projets ont payé son coût, tous avec le même "
         "argent au départ, et ceux de tout autre projet avaient moins de reste qu’il ne coûte."},
    [GUARANTEE_NOT_THE_COST] = {"No: the supporters of {0} paid {1}, and it costs {2}.",
                                "Non" THIN ": les soutiens de {0} ont payé {1}, et il coûte {2}."},
    [GUARANTEE_COULD_PAY] = {"No: the supporters of {0} had {1} left together, and it costs {2}.",
                             "Non" THIN
                             ": aux soutiens de {0} il restait {1} ensemble, et il coûte {2}."},
    [GUARANTEE_SPREAD] = {"How are the projects spread over the voters?",
                          "Comment les projets sont-ils répartis entre les votants" THIN "?"},
    [GUARANTEE_COLUMN_FUNDED] = {"funded projects on the ballot",
                                 "projets financés sur le bulletin"},
    [GUARANTEE_COLUMN_VOTERS] = {"voters", "votants"},
    [GUARANTEE_COLUMN_SHARE] = {"share", "part"},
    [GUARANTEE_AND_MORE] = {"{0} or more", "{0} ou plus"},
    [GUARANTEE_GINI] = {"Gini coefficient, from 0 (all have as much) to 1 (few have all): by "
                        "projects {0}, exactly "
                        "{1}; by their cost {2}, exactly {3}.",
                        "Coefficient de Gini, de 0 (tous ont autant) à 1 (peu ont tout)" THIN
                        ": par projets {0}, exactement {1}" THIN
                        "; par leur coût {2}, exactement {3}."},
    [GUARANTEE_CATEGORIES] = {"What did each category get?", "Qu’a reçu chaque catégorie" THIN "?"},
    [GUARANTEE_CATEGORIES_NONE] = {"The projects have no categories.",
                                   "Les projets n’ont pas de catégories."},
    [GUARANTEE_CATEGORIES_MEAN] =
        {"A project of several categories counts in each, so that shares may add up to more than "
         "the whole.",
         "Un projet de plusieurs catégories compte dans chacune" THIN
         "; les parts peuvent dépasser le tout."},
    [GUARANTEE_COLUMN_CATEGORY] = {"category", "catégorie"},
    [GUARANTEE_COLUMN_OF] = {"funded", "financés"},
    [GUARANTEE_OF] = {"{0} of {1}", "{0} sur {1}"},
    [GUARANTEE_COLUMN_MONEY] = {"money", "argent"},
    [GUARANTEE_COLUMN_MONEY_SHARE] = {"share", "part"},
    [GUARANTEE_COLUMN_VOTES] = {"votes", "voix"},
    [GUARANTEE_COLUMN_VOTES_SHARE] = {"share", "part"},
};
