#include "audit/explain_words.h"

/* U+202F NARROW NO-BREAK SPACE. */
#define THIN "\xe2\x80\xaf"

prose_sentence explain_words[EXPLAIN_WORD_COUNT] = {
    [EXPLAIN_BOUND] =
        {"What would have changed the outcome is found by counting again, at most {0} times for "
         "each "
         "project, with one thing changed: further voters of this project alone; fewer supporters, "
         "first those who name fewest projects; another cost; or a funded project that nobody "
         "wants.",
         "Ce qui aurait changé le résultat est trouvé en comptant de nouveau, au plus {0} fois par "
         "projet, une seule chose étant changée" THIN ": d’autres votants pour ce seul projet" THIN
         "; moins de soutiens, d’abord ceux qui nomment le moins de projets" THIN
         "; un autre coût" THIN "; ou un projet financé dont personne ne veut."},
    [EXPLAIN_PROJECT] = {"{0} ({1}): {2}, {3} votes", "{0} ({1})" THIN ": {2}, {3} voix"},
    [EXPLAIN_NO_TITLE] = {"{0}: {1}, {2} votes", "{0}" THIN ": {1}, {2} voix"},
    [EXPLAIN_FUNDED] = {"It is funded, in round {0}.", "Il est financé, au tour {0}."},
    [EXPLAIN_NO_SUPPORT] = {"It is not funded: nobody supports it.",
                            "Il n’est pas financé" THIN ": personne ne le soutient."},
    [EXPLAIN_BELOW_THRESHOLD] =
        {"It is not funded: with {0} votes or points it is below the threshold.",
         "Il n’est pas financé" THIN ": avec {0} voix ou points, il est sous le seuil."},
    [EXPLAIN_TOO_LITTLE_SUPPORT] =
        {"It is not funded: all that its supporters had at the start was less than its cost of "
         "{0}.",
         "Il n’est pas financé" THIN
         ": tout ce que ses soutiens avaient au début était moins que son coût, {0}."},
    [EXPLAIN_MONEY_USED] =
        {"It is not funded: its supporters had its cost of {0} at first, and paid for others.",
         "Il n’est pas financé" THIN
         ": ses soutiens avaient d’abord son coût, {0}, et ont payé d’autres projets."},
    [EXPLAIN_DID_NOT_FIT] =
        {"It is not funded: it costs {0}, and {1} of the budget was left at its turn.",
         "Il n’est pas financé" THIN
         ": il coûte {0}, et il restait {1} de l’enveloppe à son tour."},
    [EXPLAIN_EXCLUDED] = {"It is not funded: {0}, an alternative to it, is.",
                          "Il n’est pas financé" THIN ": {0}, qui le remplace, l’est."},
    [EXPLAIN_AFTER_STOP] =
        {"It is not funded: the count ended at {0}, which did not fit in the {1} left.",
         "Il n’est pas financé" THIN
         ": le décompte s’est arrêté à {0}, qui ne tenait pas dans les {1} restants."},
    [EXPLAIN_SUPPORTERS_HAD] = {"Its supporters had {0} together at the start and {1} at the end.",
                                "Ses soutiens avaient {0} ensemble au début et {1} à la fin."},
    [EXPLAIN_PAID] = {"They paid: {0}.", "Ils ont payé" THIN ": {0}."},
    [EXPLAIN_PAID_FOR] = {"{1} for {0}", "{1} pour {0}"},
    [EXPLAIN_VOTES_LOSER] =
        {"Votes missing: {0}. With so many further voters it would have been funded, and not with "
         "fewer.",
         "Voix manquantes" THIN
         ": {0}. Avec autant de votants de plus, il aurait été financé, et pas "
         "avec moins."},
    [EXPLAIN_VOTES_LOSER_SOME] =
        {"Votes missing: more than {1}, at most {0}. With {0} further voters it would have been "
         "funded; whether with fewer is not known.",
         "Voix manquantes" THIN
         ": plus de {1}, au plus {0}. Avec {0} votants de plus, il aurait été "
         "financé" THIN "; on ne sait si moins auraient suffi."},
    [EXPLAIN_VOTES_LOSER_NONE] = {"No number of further voters would have had it funded.",
                                  "Aucun nombre de votants de plus ne l’aurait fait financer."},
    [EXPLAIN_VOTES_LOSER_OPEN] =
        {"No number of further voters up to {0} would have had it funded; more were not decided in "
         "{1} counts.",
         "Aucun nombre de votants de plus jusqu’à {0} ne l’aurait fait financer" THIN
         "; au-delà, {1} décomptes n’ont pas décidé."},
    [EXPLAIN_VOTES_WINNER] = {"Without {0} of its supporters it would not have been funded, and "
                              "with fewer gone it would.",
                              "Sans {0} de ses soutiens, il n’aurait pas été financé, et il "
                              "l’aurait été si moins étaient "
                              "partis."},
    [EXPLAIN_VOTES_WINNER_SOME] =
        {"Without {0} of its supporters it would not have been funded; still without 1 to {1}, and "
         "whether fewer would do is not known.",
         "Sans {0} de ses soutiens, il n’aurait pas été financé" THIN
         "; encore sans 1 à {1}, et on ne sait si moins auraient suffi."},
    [EXPLAIN_VOTES_WINNER_NONE] = {"Whoever of its supporters had left, it would be funded.",
                                   "Quels que soient les soutiens partis, il serait financé."},
    [EXPLAIN_VOTES_WINNER_OPEN] = {"Without 1 to {0} of its supporters it would still be funded; "
                                   "more were not decided in {1} "
                                   "counts.",
                                   "Sans 1 à {0} de ses soutiens, il serait encore financé" THIN
                                   "; au-delà, {1} décomptes n’ont pas décidé."},
    [EXPLAIN_COST_LOSER] = {"For {0} it would have been funded, and for no more.",
                            "Pour {0}, il aurait été financé, et pas pour plus."},
    [EXPLAIN_COST_LOSER_SOME] = {"For {0} it would have been funded; not for {1} or more, and "
                                 "whether for something between "
                                 "is not known.",
                                 "Pour {0}, il aurait été financé" THIN
                                 "; pas pour {1} ou plus, et entre les deux on ne sait pas."},
    [EXPLAIN_COST_LOSER_NONE] = {"For no cost would it have been funded.",
                                 "À aucun coût il n’aurait été financé."},
    [EXPLAIN_COST_LOSER_OPEN] =
        {"For {0} or more it would not have been funded; less was not decided in {1} counts.",
         "Pour {0} ou plus, il n’aurait pas été financé" THIN
         "; en dessous, {1} décomptes n’ont pas décidé."},
    [EXPLAIN_COST_WINNER] =
        {"For {0} it would not have been funded, and for less it would.",
         "Pour {0}, il n’aurait pas été financé, et pour moins il l’aurait été."},
    [EXPLAIN_COST_WINNER_SOME] =
        {"For {0} it would not have been funded; still for {1} or less, and between is not known.",
         "Pour {0}, il n’aurait pas été financé" THIN
         "; encore pour {1} ou moins, et entre les deux on ne sait pas."},
    [EXPLAIN_COST_WINNER_NONE] = {"At any cost it would have been funded.",
                                  "À tout coût il aurait été financé."},
    [EXPLAIN_COST_WINNER_OPEN] =
        {"For {0} or less it would still be funded; more was not decided in {1} counts.",
         "Pour {0} ou moins, il serait encore financé" THIN
         "; au-delà, {1} décomptes n’ont pas décidé."},
    [EXPLAIN_RIVALS_LOSER] = {"It would have been funded without any one of: {0}.",
                              "Il aurait été financé sans l’un de" THIN ": {0}."},
    [EXPLAIN_RIVALS_LOSER_NONE] =
        {"Without any one of {0} funded projects it would not have been funded either.",
         "Sans l’un ou l’autre de {0} projets financés, il n’aurait pas non plus été financé."},
    [EXPLAIN_RIVALS_WINNER] = {"It would not have been funded without any one of: {0}.",
                               "Il n’aurait pas été financé sans l’un de" THIN ": {0}."},
    [EXPLAIN_RIVALS_WINNER_NONE] =
        {"Without any one of {0} other funded projects it would be funded as well.",
         "Sans l’un ou l’autre de {0} autres projets financés, il serait financé aussi."},
    [EXPLAIN_RIVALS_LEFT] = {"{0} funded projects were not tried.",
                             "{0} projets financés n’ont pas été essayés."},
};
