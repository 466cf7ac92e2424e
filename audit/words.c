#include "audit/words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "console/text.h"

/* Between thousands, and between an amount and its currency: U+202F NARROW NO-BREAK SPACE. */
#define THIN "\xe2\x80\xaf"

static const struct {
  struct span name;
  const char *decimal_sign;
} languages[LANGUAGE_COUNT] = {
    [LANGUAGE_ENGLISH] = {SPAN_INIT("en"), "."},
    [LANGUAGE_FRENCH] = {SPAN_INIT("fr"), ","},
};

static const char *const sentences[WORD_COUNT][LANGUAGE_COUNT] = {
    [WORD_UNTITLED] = {"Election without a title", "Scrutin sans titre"},
    [WORD_RULE] = {"Rule", "Mode de décompte"},
    [WORD_RULE_ASKED] = {"{0} ({1})", "{0} ({1})"},
    [WORD_RULE_DEFAULT] = {"{0} ({1}), completion {2}: the default",
                           "{0} ({1}), complément {2}" THIN ": par défaut"},
    [WORD_RULE_PUBLISHED] = {"{0} ({1}), as the file says", "{0} ({1}), d’après le fichier"},
    [WORD_SETTINGS] = {"Settings", "Réglages"},
    [WORD_NONE] = {"none", "aucun"},
    [WORD_VOTERS] = {"Voters", "Votants"},
    [WORD_BLANK] = {"Blank ballots", "Bulletins blancs"},
    [WORD_DISTINCT] = {"Distinct ballots", "Bulletins différents"},
    [WORD_BUDGET] = {"Budget", "Enveloppe"},
    [WORD_COLUMN_ID] = {"id", "id"},
    [WORD_COLUMN_TITLE] = {"project", "projet"},
    [WORD_COLUMN_COST] = {"cost", "coût"},
    [WORD_COLUMN_VOTES] = {"votes", "voix"},
    [WORD_COLUMN_SCORE] = {"score", "points"},
    [WORD_COLUMN_OUTCOME] = {"outcome", "résultat"},
    [WORD_FUNDED] = {"funded in round {0}", "financé au tour {0}"},
    [WORD_NO_SUPPORT] = {"no support", "aucun soutien"},
    [WORD_BELOW_THRESHOLD] = {"below the threshold: {0}", "sous le seuil" THIN ": {0}"},
    [WORD_BELOW_THE_NUMBER] = {"below the threshold: {0} of {1}",
                               "sous le seuil" THIN ": {0} sur {1}"},
    [WORD_TOO_LITTLE_SUPPORT] = {"too little support", "soutien trop faible"},
    [WORD_TOO_LITTLE_MONEY] = {"too little support: {0}", "soutien trop faible" THIN ": {0}"},
    [WORD_MONEY_USED] = {"money used", "argent dépensé"},
    [WORD_MONEY_LEFT] = {"money used: {0} left", "argent dépensé" THIN ": reste {0}"},
    [WORD_DID_NOT_FIT] = {"did not fit: {0} left", "ne tenait pas" THIN ": restait {0}"},
    [WORD_AFTER_STOP] = {"not reached after {0}: {1} left",
                         "non atteint après {0}" THIN ": restait {1}"},
    [WORD_EXCLUDED] = {"excluded by {0}", "exclu par {0}"},
    [WORD_REASONS] = {"Reasons", "Motifs"},
    [WORD_WHY_BELOW] = {"below the threshold: too few votes or points to be counted",
                        "sous le seuil" THIN ": trop peu de voix ou de points pour être retenu"},
    [WORD_WHY_TOO_LITTLE] =
        {"too little support: all that its supporters had was never as much as it costs",
         "soutien trop faible" THIN
         ": tout ce qu’avaient ses soutiens n’a jamais atteint son coût"},
    [WORD_WHY_MONEY_USED] =
        {"money used: its supporters had enough at first, and paid for other projects",
         "argent dépensé" THIN
         ": ses soutiens avaient assez au début, et ont payé d’autres projets"},
    [WORD_WHY_DID_NOT_FIT] = {"did not fit: it costs more than was left of the budget at its turn",
                              "ne tenait pas" THIN
                              ": il coûte plus que ce qui restait de l’enveloppe à son tour"},
    [WORD_WHY_EXCLUDED] = {"excluded: an alternative to it was funded",
                           "exclu" THIN ": un projet qui le remplace a été financé"},
    [WORD_WHY_AFTER_STOP] = {"not reached: the count ended at the project named, which did not fit",
                             "non atteint" THIN
                             ": le décompte s’est arrêté au projet nommé, qui ne tenait pas"},
    [WORD_USED] = {"Budget used", "Enveloppe utilisée"},
    [WORD_SPENT] = {"Spent", "Dépensé"},
    [WORD_LEFT] = {"Left", "Reste"},
    [WORD_COMPLETION] = {"Completion", "Complément"},
    [WORD_COMPLETION_ADDED] = {"{0}: projects added: {1}",
                               "{0}" THIN ": projets ajoutés" THIN ": {1}"},
    [WORD_COMPLETION_STEPS] = {"{0}: raises: {1}; stopped: {2}",
                               "{0}" THIN ": hausses" THIN ": {1}" THIN "; arrêt" THIN ": {2}"},
    [WORD_COMPLETION_SHARE] = {"{0}: raises: {1}, to {3} for each voter; stopped: {2}",
                               "{0}" THIN ": hausses" THIN ": {1}, jusqu’à {3} par votant" THIN
                               "; arrêt" THIN ": {2}"},
    [WORD_TIES] = {"Ties", "Égalités"},
    [WORD_NO_TIES] = {"none was met", "aucune n’a été rencontrée"},
    [WORD_TIE] = {"round {0}: {1} were equal; {2} came first by {3}",
                  "tour {0}" THIN ": {1} à égalité" THIN "; {2} passe devant par {3}"},
    [WORD_TIE_MORE] = {"{0} and {1} more", "{0} et {1} autres"},
    [WORD_SEED] = {"Seed of the draw", "Graine du tirage"},
    [WORD_PUBLISHED] = {"Published result", "Résultat publié"},
    [WORD_AGREES] = {"the same projects are funded", "les mêmes projets sont financés"},
    [WORD_DIFFERS] = {"other projects are funded", "d’autres projets sont financés"},
    [WORD_MISSING] = {"published as funded, but not funded here: {0}",
                      "publiés comme financés, mais non financés ici" THIN ": {0}"},
    [WORD_EXTRA] = {"funded here, but not published as funded: {0}",
                    "financés ici, mais non publiés comme financés" THIN ": {0}"},
    [WORD_RESULT] = {"Result (SHA-256)", "Résultat (SHA-256)"},
    [WORD_COMPARE_RULE] = {"{0}  {1} ({2})", "{0}  {1} ({2})"},
    [WORD_COMPARE_PUBLISHED] = {"The rule that was published", "Le mode de décompte publié"},
    [WORD_COMPARE_PLACES] = {"Below the number of a rule: in which place it funds the project.",
                             "Sous le numéro d’un mode de décompte" THIN
                             ": la place à laquelle il finance le projet."},
    [WORD_COMPARE_NOWHERE] = {"Projects funded by none of the rules: {0}.",
                              "Projets qu’aucun de ces modes ne finance" THIN ": {0}."},
    [WORD_COMPARE_COLUMN_RULE] = {"rule", "mode de décompte"},
    [WORD_COMPARE_COLUMN_FUNDED] = {"funded", "financés"},
    [WORD_COMPARE_COLUMN_SPENT] = {"spent", "dépensé"},
    [WORD_COMPARE_COLUMN_WITHOUT] = {"with none", "sans rien"},
    [WORD_COMPARE_COLUMN_EACH] = {"each", "chacun"},
    [WORD_COMPARE_WITHOUT] =
        {"with none: voters whose ballot approves no project that is funded; blank ballots are "
         "among them",
         "sans rien" THIN ": votants dont le bulletin n’approuve aucun projet financé" THIN
         "; les bulletins blancs en sont"},
    [WORD_COMPARE_EACH] =
        {"each: how many of the funded projects a ballot approves, on average over all voters",
         "chacun" THIN
         ": combien de projets financés un bulletin approuve, en moyenne de tous les votants"},
    [WORD_SIMULATE_HEAD] = {"Simulated elections: {0} ({1}, seed {2})",
                            "Scrutins simulés" THIN ": {0} ({1}, graine {2})"},
    [WORD_SIMULATE_SIZES] = {"Each of them: voters {0}, projects {1}, budget {2}",
                             "Chacun" THIN ": votants {0}, projets {1}, enveloppe {2}"},
    [WORD_SIMULATE_COLUMN_RANGE] = {"half", "moitié"},
    [WORD_SIMULATE_RANGE] = {"{0} - {1}", "{0} - {1}"},
    [WORD_SIMULATE_SPENT] = {"spent: of the budget", "dépensé" THIN ": part de l’enveloppe"},
    [WORD_SIMULATE_WHY_RANGE] =
        {"half: between which values the middle half of the elections lies; before it the mean of "
         "all",
         "moitié" THIN ": entre quelles valeurs se trouve la moitié centrale des scrutins" THIN
         "; avant elle, la moyenne de tous"},
};

/* What the engine calls by a name. */
static const struct {
  struct span name;
  const char *terms[LANGUAGE_COUNT];
} glossary[] = {
    /* rules */
    {SPAN_INIT("greedy"), {"Greedy allocation", "Dans l’ordre du classement"}},
    {SPAN_INIT("cstv"), {"Cumulative support transfer voting", "Vote cumulatif avec transferts"}},
    {SPAN_INIT("equal-shares"), {"Method of Equal Shares", "Méthode des parts égales"}},
    {SPAN_INIT("exact-equal-shares"), {"Exact Equal Shares", "Parts égales exactes"}},
    {SPAN_INIT("max-welfare"), {"Greatest total utility", "Plus grande utilité totale"}},
    {SPAN_INIT("maximin-support"), {"Maximin support method", "Méthode du soutien maximin"}},
    {SPAN_INIT("expanding-approvals"),
     {"Expanding approvals", "Approbations élargies rang par rang"}},
    {SPAN_INIT("phragmen"), {"Phragmén's sequential rule", "Règle séquentielle de Phragmén"}},
    /* tie keys */
    {SPAN_INIT("votes"), {"more supporters", "le plus grand nombre de soutiens"}},
    {SPAN_INIT("score"), {"a higher score", "le plus grand nombre de points"}},
    {SPAN_INIT("cost"), {"a lower cost", "le moindre coût"}},
    {SPAN_INIT("cost-desc"), {"a higher cost", "le plus grand coût"}},
    {SPAN_INIT("id"), {"the order of ids", "l’ordre des identifiants"}},
    {SPAN_INIT("id-numeric"),
     {"the order of ids as numbers", "l’ordre des identifiants comme nombres"}},
    {SPAN_INIT("listed"), {"the order of the list", "l’ordre de la liste"}},
    {SPAN_INIT("draw"), {"the draw", "le tirage au sort"}},
    /* why add1 or add-opt stopped */
    {SPAN_INIT("overspend"),
     {"the next raise overspends", "la hausse suivante dépasse l’enveloppe"}},
    {SPAN_INIT("exhaustive"), {"nothing more fits", "plus rien ne tient"}},
    {SPAN_INIT("all-funded"),
     {"all supported projects are funded", "tous les projets soutenus sont financés"}},
    {SPAN_INIT("all-fit"),
     {"all projects together fit in the budget",
      "tous les projets ensemble tiennent dans l’enveloppe"}},
};

bool language_of(struct span name, enum language *language)
{
  for (int i = 0; i < LANGUAGE_COUNT; i++) {
    struct span known = languages[i].name;
    struct span head = {.bytes = name.bytes,
                        .length = name.length < known.length ? name.length : known.length};
    char next = name.length > known.length ? name.bytes[known.length] : '_';
    if (span_equal(head, known) && (next == '_' || next == '.' || next == '@' || next == '-')) {
      *language = (enum language)i;
      return true;
    }
  }
  return false;
}

enum status language_read(const char *value, enum language *language, struct fault *fault)
{
  if (strlen(value) != 2 || !language_of(span_of(value), language))
    return fault_set(fault, STATUS_REFUSED, "--lang", "en or fr", "'%s' is not a language we speak",
                     value);
  return STATUS_OK;
}

enum language language_of_environment(void)
{
  /* As POSIX orders them: the first that is set decides, whatever it says. */
  static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
    const char *value = getenv(variables[i]);
    enum language language;
    if (value == NULL || value[0] == '\0')
      continue;
    return language_of(span_of(value), &language) ? language : LANGUAGE_ENGLISH;
  }
  return LANGUAGE_ENGLISH;
}

void words_fill(struct buffer *buffer, const char *sentence, const struct span *values,
                size_t count)
{
  for (const char *at = sentence; *at != '\0'; at++) {
    if (at[0] != '{') {
      buffer_add_byte(buffer, *at);
      continue;
    }
    size_t place = (size_t)(at[1] - '0');
    assert(place < count);
    buffer_add(buffer, place < count ? values[place] : SPAN(""));
    at += 2;
  }
}

void words_add(struct buffer *buffer, enum language language, enum word word,
               const struct span *values, size_t count)
{
  words_fill(buffer, sentences[word][language], values, count);
}

struct span words_plain(enum language language, enum word word)
{
  return span_of(sentences[word][language]);
}

struct span words_term(enum language language, struct span name)
{
  for (size_t i = 0; i < sizeof glossary / sizeof *glossary; i++) {
    if (span_equal(glossary[i].name, name))
      return span_of(glossary[i].terms[language]);
  }
  return name;
}

/* --- numbers --- */

static void add_thousands(struct buffer *buffer, uint64_t value)
{
  if (value < 1000) {
    buffer_format(buffer, "%u", (unsigned)value);
    return;
  }
  add_thousands(buffer, value / 1000);
  buffer_format(buffer, THIN "%03u", (unsigned)(value % 1000));
}

static uint64_t without_sign(struct buffer *buffer, int64_t value)
{
  if (value < 0)
    buffer_add_byte(buffer, '-');
  return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void words_add_number(struct buffer *buffer, int64_t value)
{
  add_thousands(buffer, without_sign(buffer, value));
}

void words_add_percent(struct buffer *buffer, enum language language, unsigned thousandths)
{
  buffer_format(buffer, "%u%s%u" THIN "%%", thousandths / 10, languages[language].decimal_sign,
                thousandths % 10);
}

void words_add_thousandths(struct buffer *buffer, enum language language, unsigned thousandths)
{
  buffer_format(buffer, "%u%s%03u", thousandths / 1000, languages[language].decimal_sign,
                thousandths % 1000);
}

void words_add_decimal(struct buffer *buffer, enum language language, uint64_t value,
                       unsigned decimals)
{
  uint64_t unit = 1;
  for (unsigned i = 0; i < decimals; i++)
    unit *= 10;
  add_thousands(buffer, value / unit);
  if (decimals > 0)
    buffer_format(buffer, "%s%0*u", languages[language].decimal_sign, (int)decimals,
                  (unsigned)(value % unit));
}

void words_add_amount(struct buffer *buffer, enum language language,
                      const struct election *election, int64_t amount)
{
  words_add_decimal(buffer, language, without_sign(buffer, amount), election->minor_unit);
  if (election->currency.length > 0) {
    buffer_add(buffer, SPAN(THIN));
    text_add(buffer, election->currency, TEXT_WHOLE);
  }
}
