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
