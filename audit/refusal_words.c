#include "audit/refusal_words.h"

static const char *const of_refusals[REFUSAL_COUNT][LANGUAGE_COUNT] = {
    [REFUSAL_NONE] = {"", ""},
    [REFUSAL_MALFORMED] =
        {"this line is no entry: it is damaged, or was made by a wrong program",
         "cette ligne n’est pas une inscription : elle est abîmée, ou un programme "
         "fautif l’a faite"},
    [REFUSAL_NOT_NOW] = {"an entry of this kind may not stand at this point of an election",
                         "une inscription de cette nature n’a pas sa place à ce moment du scrutin"},
    [REFUSAL_FROZEN] = {"the board was frozen for its close, and something was added all the same",
                        "l’urne était figée pour sa clôture, et on y a encore ajouté"},
    [REFUSAL_WITHHELD] = {"ballots that must be public by now, or all of which were, are withheld",
                          "des bulletins qui devraient être publics sont retenus"},
    [REFUSAL_WRONG_ELECTION] = {"it was signed for another election, electorate or opening",
                                "elle a été signée pour un autre scrutin, corps électoral ou une "
                                "autre ouverture"},
    [REFUSAL_WRONG_SIGNER] = {"those who must have signed it have not: it was altered or forged",
                              "ceux qui devaient la signer ne l’ont pas fait : elle est altérée ou "
                              "fausse"},
    [REFUSAL_NOT_LISTED] = {"it is signed by somebody who has no such role in this election",
                            "elle est signée par quelqu’un qui n’a pas ce rôle dans ce scrutin"},
    [REFUSAL_NO_PAPER] = {"it is about paper ballots, and this election has none",
                          "elle parle de bulletins papier, et ce scrutin n’en a pas"},
    [REFUSAL_ATTACHMENT_MISSING] = {"a file that it names is not there",
                                    "un fichier qu’elle désigne manque"},
    [REFUSAL_ATTACHMENT_WRONG] = {"a file that it names was altered, or is not what it must be",
                                  "un fichier qu’elle désigne est altéré, ou n’est pas ce qu’il "
                                  "doit être"},
    [REFUSAL_ELIGIBILITY_DIFFERS] = {"the electorate was made by other rules than were published",
                                     "le corps électoral suit d’autres règles que celles publiées"},
    [REFUSAL_CREDENTIALS_DIFFER] = {"the numbers of credentials do not add up",
                                    "les nombres de cartes de vote ne concordent pas"},
    [REFUSAL_CREDENTIAL_REPEATED] = {"a credential is there twice, or is the key of an officer",
                                     "une carte de vote y est deux fois, ou est la clé d’un "
                                     "responsable"},
    [REFUSAL_TREE_DIFFERS] = {"it names other entries before it than those that are here",
                              "elle désigne d’autres inscriptions avant elle que celles d’ici"},
    [REFUSAL_UNKNOWN_CREDENTIAL] = {"it is about a credential that is not in the electorate",
                                    "elle porte sur une carte absente du corps électoral"},
    [REFUSAL_STRUCK] = {"the credential had been struck", "la carte de vote avait été rayée"},
    [REFUSAL_ALREADY_VOTED] = {"the credential had cast a ballot",
                               "la carte de vote avait déjà servi"},
    [REFUSAL_STALE] =
        {"it does not replace the ballot that stood: one was held back, added or taken "
         "away",
         "il ne remplace pas le bulletin valable : un bulletin a été retenu, ajouté "
         "ou ôté"},
    [REFUSAL_CHOICE] = {"the choice does not keep to the limits of the manifest",
                        "le choix dépasse les limites de l’acte d’ouverture"},
    [REFUSAL_TOO_MANY] = {"more credentials were replaced than the manifest allows",
                          "plus de cartes ont été remplacées que l’acte d’ouverture ne permet"},
    [REFUSAL_STANDING_DIFFERS] = {"the closing names other ballots than those that stand",
                                  "la clôture désigne d’autres bulletins que les valables"},
    [REFUSAL_PAPER_DIFFERS] = {"there are more paper ballots than credentials struck for them",
                               "il y a plus de bulletins papier que de cartes rayées pour eux"},
    [REFUSAL_COMMITMENT_DIFFERS] = {"a secret of the draw is not the one that was committed to",
                                    "un secret du tirage n’est pas celui qui avait été engagé"},
    [REFUSAL_DRAW_INCOMPLETE] = {"a result was published before all lots were drawn",
                                 "un résultat a été publié avant la fin du tirage"},
    [REFUSAL_OUTCOME_DIFFERS] = {"the published result is not that of the ballots",
                                 "le résultat publié n’est pas celui des bulletins"},
    [REFUSAL_REPEATED] = {"the same entry stands there already", "la même inscription y est déjà"},
};

static const char *const of_others[PROBLEM_KIND_COUNT][LANGUAGE_COUNT] = {
    [PROBLEM_NONE] = {"", ""},
    [PROBLEM_ENTRY] = {"", ""},
    [PROBLEM_ENTRY_MISSING] = {"an entry that was signed for is in no file, or in a damaged one",
                               "une inscription signée ne figure dans aucun fichier, ou dans un "
                               "fichier abîmé"},
    [PROBLEM_BODY_MISSING] = {"the vote is over, and a ballot that must be public is withheld",
                              "le vote est fini, et un bulletin qui doit être public est retenu"},
    [PROBLEM_CHECKPOINT_MALFORMED] = {"the checkpoint is damaged",
                                      "le point de contrôle est abîmé"},
    [PROBLEM_CHECKPOINT_UNSIGNED] = {"the checkpoint is not signed by this board",
                                     "le point de contrôle n’est pas signé par cette urne"},
    [PROBLEM_CHECKPOINT_DIFFERS] = {"the board has signed another tree than that of these entries",
                                    "l’urne a signé un autre arbre que celui de ces inscriptions"},
    [PROBLEM_WITNESSES_MISSING] =
        {"fewer witnesses have cosigned than the election wants, or one "
         "signature of theirs does not hold",
         "moins de témoins ont signé que le scrutin n’en exige, ou une de "
         "leurs signatures n’est pas bonne"},
    [PROBLEM_TOO_EARLY] =
        {"a witness saw this tree at a time when it could not have been so yet",
         "un témoin a vu cet arbre à une heure où il ne pouvait pas encore l’être"},
    [PROBLEM_TILE_DIFFERS] = {"a file of the tree is not that of these entries",
                              "un fichier de l’arbre n’est pas celui de ces inscriptions"},
    [PROBLEM_OTHER_ELECTION] = {"the board is that of another election than the address names",
                                "l’urne est celle d’un autre scrutin que l’adresse ne l’indique"},
};

struct span refusal_words(const struct problem *problem, enum language language)
{
  if (problem->kind == PROBLEM_ENTRY)
    return span_of(of_refusals[problem->refusal][language]);
  return span_of(of_others[problem->kind][language]);
}
