#include "audit/board_words.h"

/* U+202F NARROW NO-BREAK SPACE, before some signs in French. */
#define THIN "\xe2\x80\xaf"

static const char *const sentences[BOARD_WORD_COUNT][LANGUAGE_COUNT] = {
    [BOARD_WORD_RECEIPT_HOLDS] =
        {"The receipt holds: the board has signed that this entry stands on it.",
         "Le récépissé est bon" THIN ": l’urne a signé que cette inscription y figure."},
    [BOARD_WORD_RECEIPT_PROVISIONAL] =
        {"The receipt is provisional: the board has signed it, but too few witnesses have. Ask for "
         "it again later.",
         "Le récépissé est provisoire" THIN ": l’urne l’a signé, mais trop peu de témoins. "
         "Redemandez-le plus tard."},
    [BOARD_WORD_RECEIPT_FAILS] = {"The receipt does not hold.", "Le récépissé n’est pas bon."},
    [BOARD_WORD_RECEIPT_KEEP] =
        {"Keep the receipt and the entry: with them, a board that is later shown without this "
         "entry is proven wrong.",
         "Conservez le récépissé et l’inscription" THIN ": ils prouvent qu’une urne montrée plus "
         "tard sans cette inscription est fausse."},
    [BOARD_WORD_RECEIPT_VALID] =
        {"A receipt does not say whether a ballot counts: 'beffroi-audit verify' does, over the "
         "whole board, after the close.",
         "Un récépissé ne dit pas si un bulletin compte" THIN ": 'beffroi-audit verify' le dit, "
         "sur l’urne entière, après la clôture."},
    [BOARD_WORD_RECEIPT_ALONE] =
        {"No witness was asked for: the board could have shown others another tree. Compare the "
         "tree with what others were shown.",
         "Aucun témoin n’a été exigé" THIN ": l’urne a pu montrer un autre arbre à d’autres. "
         "Comparez l’arbre avec ce qu’ils ont vu."},
    [BOARD_WORD_BOARD] = {"Board", "Urne"},
    [BOARD_WORD_ENTRY] = {"Entry", "Inscription"},
    [BOARD_WORD_KIND] = {"Kind", "Nature"},
    [BOARD_WORD_SHORT_CODE] = {"Short code", "Code court"},
    [BOARD_WORD_LEAF] = {"Leaf (SHA-256)", "Feuille (SHA-256)"},
    [BOARD_WORD_TREE] = {"Tree (SHA-256)", "Arbre (SHA-256)"},
    [BOARD_WORD_WITNESSES] = {"Witnesses", "Témoins"},
    [BOARD_WORD_WHY] = {"Why", "Pourquoi"},
    [BOARD_WORD_EXPECTED] = {"Expected", "Attendu"},
    [BOARD_WORD_ENTRY_OF] = {"number {0}, counted from 0, of {1}",
                             "numéro {0}, à partir de 0, sur {1}"},
    [BOARD_WORD_WITNESSES_OF] = {"{0} cosigned, {1} wanted", "{0} ont signé, {1} exigés"},
    [BOARD_WORD_WITNESSES_NONE] = {"none was asked for", "aucun n’a été exigé"},
    [BOARD_WORD_BOARD_HOLDS] = {"The board holds.", "L’urne est régulière."},
    [BOARD_WORD_BOARD_HOLDS_SO_FAR] =
        {"The board holds so far: it is not complete, and can still grow.",
         "L’urne est régulière jusqu’ici" THIN ": elle n’est pas complète et peut encore grandir."},
    [BOARD_WORD_BOARD_FAILS] = {"The board does not hold.", "L’urne n’est pas régulière."},
    [BOARD_WORD_FIRST_FAULT] = {"First fault", "Première faute"},
    [BOARD_WORD_FAULT_ENTRY] = {"entry number {0}, counted from 0",
                                "inscription numéro {0}, à partir de 0"},
    [BOARD_WORD_FAULT_WHOLE] = {"of the board as a whole", "de l’urne entière"},
    [BOARD_WORD_NAME] = {"Name", "Nom"},
    [BOARD_WORD_MEANS] = {"Meaning", "Sens"},
    [BOARD_WORD_ELECTION] = {"Election (SHA-256)", "Scrutin (SHA-256)"},
    [BOARD_WORD_STAGE] = {"Stage", "Étape"},
    [BOARD_WORD_STAGE_EMPTY] = {"empty", "vide"},
    [BOARD_WORD_STAGE_PREPARING] = {"being prepared", "en préparation"},
    [BOARD_WORD_STAGE_OPEN] = {"open", "ouverte"},
    [BOARD_WORD_STAGE_CLOSED] = {"closed, without a published result",
                                 "close, sans résultat publié"},
    [BOARD_WORD_STAGE_ENDED] = {"ended", "terminée"},
    [BOARD_WORD_ENTRIES] = {"Entries", "Inscriptions"},
    [BOARD_WORD_CREDENTIALS] = {"Credentials", "Cartes de vote"},
    [BOARD_WORD_CAST] = {"Ballots cast", "Bulletins déposés"},
    [BOARD_WORD_STANDING] = {"standing", "valables"},
    [BOARD_WORD_REPLACED] = {"replaced", "remplacés"},
    [BOARD_WORD_WITHHELD] = {"withheld", "retenus"},
    [BOARD_WORD_BLANK] = {"Blank ballots", "Bulletins blancs"},
    [BOARD_WORD_UNUSED] = {"Cast nothing", "Cartes sans vote"},
    [BOARD_WORD_STRUCK] = {"Struck", "Cartes rayées"},
    [BOARD_WORD_STRUCK_FOR] = {"{0} as lost, {1} for paper",
                               "{0} perdues, {1} pour un vote papier"},
    [BOARD_WORD_PAPER] = {"Paper ballots", "Bulletins papier"},
    [BOARD_WORD_NOTES] = {"Notes", "Remarques"},
    [BOARD_WORD_COSIGNED] = {"{0}, at {1} by its own clock", "{0}, à {1} de sa propre horloge"},
    [BOARD_WORD_FUNDED] = {"Funded", "Financés"},
    [BOARD_WORD_FUNDED_NONE] = {"nothing", "rien"},
    [BOARD_WORD_RESULT] = {"Result (SHA-256)", "Résultat (SHA-256)"},
    [BOARD_WORD_CHECKED] = {"Checked:", "Vérifié" THIN ":"},
    [BOARD_WORD_CHECKED_ENTRIES] = {"Entries: {0}. Each was allowed where it stands, is in its "
                                    "only spelling, and is signed by those who must sign it.",
                                    "Inscriptions" THIN
                                    ": {0}. Chacune avait le droit d’être à sa place, est dans sa "
                                    "seule écriture, et porte les signatures qu’il faut."},
    [BOARD_WORD_CHECKED_BALLOTS] =
        {"Ballots: {0}. Each is signed with a credential of the electorate, for this election "
         "alone, and keeps to the limits of the manifest; the last of each credential counts.",
         "Bulletins" THIN ": {0}. Chacun est signé d’une carte du corps électoral, pour ce seul "
         "scrutin, et respecte les limites de l’acte d’ouverture" THIN
         "; le dernier de chaque carte compte."},
    [BOARD_WORD_CHECKED_CREDENTIALS] =
        {"Credentials: {0}. All are valid keys, and none is there twice.",
         "Cartes de vote" THIN
         ": {0}. Toutes sont des clés valables, et aucune n’y est deux fois."},
    [BOARD_WORD_CHECKED_OPEN] =
        {"The opening names the entries before it: question, projects, money, rule and electorate "
         "are those that every ballot was signed for.",
         "L’ouverture désigne les inscriptions qui la précèdent" THIN
         ": question, projets, enveloppe, "
         "mode de décompte et corps électoral sont ceux que chaque bulletin a signés."},
    [BOARD_WORD_CHECKED_CLOSE] =
        {"The closing names the entries before it and the ballots that stand.",
         "La clôture désigne les inscriptions qui la précèdent et les bulletins valables."},
    [BOARD_WORD_CHECKED_CHECKPOINT] =
        {"The board's key, which the manifest names, has signed this tree.",
         "La clé de l’urne, nommée par l’acte d’ouverture, a signé cet arbre."},
    [BOARD_WORD_CHECKED_WITNESSES] = {"Witnesses who have cosigned it: {0}; wanted: {1}.",
                                      "Témoins qui l’ont signé aussi" THIN ": {0}" THIN
                                      "; exigés" THIN ": {1}."},
    [BOARD_WORD_CHECKED_TILES] =
        {"Files of the tree that are there: {0}; all are those of these entries.",
         "Fichiers de l’arbre présents" THIN ": {0}" THIN "; tous sont ceux de ces inscriptions."},
    [BOARD_WORD_CHECKED_COUNT] = {"The ballots were counted again by the rule of the manifest.",
                                  "Les bulletins ont été recomptés selon l’acte d’ouverture."},
    [BOARD_WORD_CHECKED_RESULT] = {"The published result is that of this count, byte for byte.",
                                   "Le résultat publié est celui de ce décompte, à l’octet près."},
    [BOARD_WORD_SITE_HOLDS] = {"The site serves the voting pages that were signed.",
                               "Le site sert les pages de vote qui ont été signées."},
    [BOARD_WORD_SITE_FAILS] = {"The site does not serve the voting pages that were signed.",
                               "Le site ne sert pas les pages de vote qui ont été signées."},
    [BOARD_WORD_SITE_ADDRESS] = {"Address", "Adresse"},
    [BOARD_WORD_SITE_SIGNED] = {"Signed in", "Signées par"},
    [BOARD_WORD_SITE_FILES] = {"Files signed", "Fichiers signés"},
    [BOARD_WORD_SITE_DIFFERS] = {"{0} differs: its SHA-256 must be {1}, and is {2}.",
                                 "{0} diffère" THIN ": son SHA-256 doit être {1}, et c’est {2}."},
    [BOARD_WORD_SITE_MISSING] = {"{0} is missing.", "{0} manque."},
    [BOARD_WORD_SITE_EXTRA] = {"{0} is served, and is not signed, or not any more.",
                               "{0} est servi, et n’est pas signé, ou ne l’est plus."},
    [BOARD_WORD_SITE_UNREAD] = {"{0} could not be read: {1}",
                                "{0} n’a pas pu être lu" THIN ": {1}"},
    [BOARD_WORD_SITE_ELSEWHERE] =
        {"A site can serve other files at another time, to other people, or to whoever does not "
         "say "
         "that it is this program: look again and again, from several places, and compare with "
         "what a browser saved.",
         "Un site peut servir d’autres fichiers à un autre moment, à d’autres personnes, ou à qui "
         "ne "
         "dit pas être ce programme" THIN ": regardez souvent, de plusieurs endroits, et comparez "
         "avec ce qu’un navigateur a enregistré."},
    [BOARD_WORD_UNCHECKED] = {"What these files cannot prove, and who could have cheated how:",
                              "Ce que ces fichiers ne prouvent pas, et qui aurait pu tricher "
                              "comment" THIN ":"},
    [BOARD_WORD_NO_CHECKPOINT] =
        {"There is no checkpoint here: nobody has signed for this tree as a whole, and entries at "
         "its end may be missing. Compare its SHA-256 with one from elsewhere.",
         "Il n’y a pas de point de contrôle" THIN
         ": personne n’a signé cet arbre entier, et la fin peut "
         "manquer. Comparez son SHA-256 avec celui d’une autre source."},
    [BOARD_WORD_NO_WITNESSES] =
        {"The election wants no witnesses: whoever runs the board could have shown others another "
         "one. Compare the tree's SHA-256 with what others were shown, and their receipts with "
         "this board.",
         "Le scrutin n’exige pas de témoins" THIN ": qui tient l’urne a pu en montrer une autre à "
         "d’autres. Comparez le SHA-256 de l’arbre avec ce qu’ils ont vu, et leurs récépissés avec "
         "cette urne."},
    [BOARD_WORD_WITHHELD_BODIES] =
        {"Ballots withheld until the close: {0}. Nothing but their place could be checked.",
         "Bulletins retenus jusqu’à la clôture" THIN ": {0}. Seule leur place a pu être vérifiée."},
    [BOARD_WORD_UNCOUNTED] = {"The ballots could not be counted yet: {0}.",
                              "Les bulletins n’ont pas encore pu être comptés" THIN ": {0}."},
    [BOARD_WORD_BELOW_QUORUM] =
        {"Ballots that stand: {0}. With fewer than {1} the manifest calls the result void.",
         "Bulletins valables" THIN
         ": {0}. À moins de {1}, l’acte d’ouverture dit le résultat nul."},
    [BOARD_WORD_CUSTODY_ORGANISER] =
        {"The service holds the organiser's key: whoever runs it could have signed manifest, "
         "opening, closing and result in the organiser's name. What was signed is all here.",
         "Le service détient la clé de l’organisateur" THIN
         ": qui l’exploite a pu signer en son nom "
         "l’acte d’ouverture, l’ouverture, la clôture et le résultat. Tout ce qui a été signé est "
         "ici."},
    [BOARD_WORD_CUSTODY_REGISTRARS] =
        {"The service holds the registrars' keys: whoever runs it could have made up credentials "
         "and voted with them. Compare their number with the roll.",
         "Le service détient les clés des autorités d’inscription" THIN
         ": qui l’exploite a pu inventer "
         "des cartes et voter avec. Comparez leur nombre avec la liste électorale."},
    [BOARD_WORD_CUSTODY_SCRUTINEERS] =
        {"The service holds the scrutineers' keys: whoever runs it could have made up paper "
         "ballots, or agreed for them to strike credentials.",
         "Le service détient les clés des scrutateurs" THIN
         ": qui l’exploite a pu inventer des bulletins "
         "papier, ou consentir à leur place à rayer des cartes."},
    [BOARD_WORD_CUSTODY_STAFF] =
        {"The service holds the keys of the board's staff: whoever runs it could have signed in "
         "their name.",
         "Le service détient les clés du personnel de l’urne" THIN
         ": qui l’exploite a pu signer en son "
         "nom."},
    [BOARD_WORD_CUSTODY_DRAW] =
        {"The service holds the secrets of the draw: whoever runs it knew the lots beforehand, and "
         "could have chosen among ties.",
         "Le service détient les secrets du tirage" THIN
         ": qui l’exploite connaissait le sort d’avance, "
         "et a pu choisir entre les égalités."},
    [BOARD_WORD_KEPT_CODES] =
        {"A registrar who kept the voting codes could have voted for people who did not. "
         "Credentials that cast nothing: {0}; of the others, only their owners know whether it was "
         "they. They can ask whether their card was used.",
         "Une autorité d’inscription qui aurait gardé les codes a pu voter pour des "
         "abstentionnistes. Cartes qui n’ont rien déposé" THIN ": {0}" THIN
         "; des autres, seuls leurs titulaires savent si c’était eux. Ils peuvent demander si leur "
         "carte a servi."},
    [BOARD_WORD_ROLL] = {"No name stands here: whether the credentials belong to people who may "
                         "vote is for the roll to say. Compare their number, {0}, with it.",
                         "Aucun nom ne figure ici" THIN
                         ": que les cartes soient celles de gens qui peuvent voter, seule la liste "
                         "électorale le dit. Comparez-lui leur nombre, {0}."},
    [BOARD_WORD_REPLACEMENTS] = {"Credentials replaced as lost: {0}. A registrar and a scrutineer "
                                 "together could have taken them from people who had not voted.",
                                 "Cartes remplacées comme perdues" THIN
                                 ": {0}. Une autorité d’inscription et un scrutateur ensemble ont "
                                 "pu les prendre à des gens qui n’avaient pas voté."},
    [BOARD_WORD_PAPER_KEYED] = {"Paper ballots: {0}. What they say is the word of two scrutineers: "
                                "count the sheets again.",
                                "Bulletins papier" THIN
                                ": {0}. Ce qu’ils disent est la parole de deux scrutateurs" THIN
                                ": recomptez les feuilles."},
    [BOARD_WORD_ATTENDANCE] =
        {"Signatures on the attendance sheet: {0}; paper ballots: {1}; credentials struck for "
         "paper: "
         "{2}. These should be one number: ask the scrutineers and the registrars why they differ.",
         "Signatures sur la feuille d’émargement" THIN ": {0}" THIN "; bulletins papier" THIN
         ": {1}" THIN "; cartes rayées pour le papier" THIN
         ": {2}. Ce devrait être un seul nombre" THIN
         ": demandez pourquoi aux scrutateurs et aux autorités d’inscription."},
    [BOARD_WORD_DRAWN] =
        {"The draw is fair if one of those who drew told nobody the secret before the close.",
         "Le tirage est loyal si une des personnes qui ont tiré n’a dit son secret à personne "
         "avant "
         "la clôture."},
    [BOARD_WORD_TIMES] = {"The board has no clock: that ballots came between {0} and {1} is the "
                          "word of whoever runs "
                          "it, but for the times that witnesses gave.",
                          "L’urne n’a pas d’horloge" THIN
                          ": que les bulletins soient venus entre {0} et {1} est la parole "
                          "de qui la tient, hormis les heures données par des témoins."},
    [BOARD_WORD_NO_CLOSE] =
        {"The manifest names no time to close: the vote opened at {0} at the earliest, and ended "
         "when the organiser asked for it.",
         "L’acte d’ouverture ne fixe pas d’heure de clôture" THIN
         ": le vote a ouvert au plus tôt à {0}, et "
         "a fini quand l’organisateur l’a demandé."},
    [BOARD_WORD_DROPPED] =
        {"A ballot that was refused or held back left no trace here: whoever has a receipt can "
         "check it with 'beffroi-audit check-receipt'.",
         "Un bulletin refusé ou écarté n’a pas laissé de trace ici" THIN
         ": qui a un récépissé peut le "
         "vérifier avec 'beffroi-audit check-receipt'."},
    [BOARD_WORD_PAGES] =
        {"Whether the voting page in people's browsers was the one that was published is not in "
         "these files: an altered one could have cast another choice than was shown. While the "
         "vote is "
         "open, 'beffroi-audit pages' compares.",
         "Que la page de vote dans les navigateurs ait été celle publiée n’est pas dans ces "
         "fichiers" THIN ": une page altérée a pu déposer un autre choix que celui affiché. "
         "Tant que le vote est ouvert, 'beffroi-audit pages' compare."},
    [BOARD_WORD_OPEN_MODE] =
        {"This was an open vote under pseudonyms: whoever knows a card number, saw a receipt or "
         "watched somebody vote can find that choice here.",
         "C’était un vote ouvert sous pseudonyme" THIN
         ": qui connaît un numéro de carte, a vu un récépissé "
         "ou regardé quelqu’un voter peut trouver ce choix ici."},
};

void board_words_add(struct buffer *buffer, enum language language, enum board_word word,
                     const struct span *values, size_t count)
{
  words_fill(buffer, sentences[word][language], values, count);
}

struct span board_words_plain(enum language language, enum board_word word)
{
  return span_of(sentences[word][language]);
}
