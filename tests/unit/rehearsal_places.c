/* The whole election of rehearsal.h, entry by entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/rehearsal.h"

static const char *const kinds_at[] = {
    [AT_MANIFEST] = "manifest",
    [AT_EARLY_PAGES] = "pages",
    [AT_EARLY_NOTE] = "note",
    [AT_ELECTORATE] = "electorate",
    [AT_SECOND_ELECTORATE] = "electorate",
    [AT_OPEN] = "open",
    [AT_FIRST_BALLOT] = "ballot",
    [AT_BLANK_BALLOT] = "ballot",
    [AT_LATER_PAGES] = "pages",
    [AT_SECOND_BALLOT] = "ballot",
    [AT_LOST] = "revocation",
    [AT_STRUCK] = "revocation",
    [AT_ALSO_STRUCK] = "revocation",
    [AT_REPLACED_BALLOT] = "ballot",
    [AT_LAST_BALLOT] = "ballot",
    [AT_LATER_NOTE] = "note",
    [AT_CLOSE] = "close",
    [AT_NOTE_BEFORE_PAPER] = "note",
    [AT_PAPER] = "paper",
    [AT_DRAW] = "draw",
    [AT_SECOND_DRAW] = "draw",
    [AT_RESULT] = "result",
    [AT_LAST_NOTE] = "note",
};

const char *rehearsal_kind_at(enum rehearsal_place place)
{
  return kinds_at[place];
}

json_t *rehearsal_payload_at(struct rehearsal *play, enum rehearsal_place place)
{
  switch (place) {
  case AT_MANIFEST:
    return rehearsal_manifest();
  case AT_EARLY_PAGES:
  case AT_LATER_PAGES:
    return rehearsal_pages(play);
  case AT_EARLY_NOTE:
    return rehearsal_note(play, ORGANISER, "Les cartes sont prêtes.");
  case AT_ELECTORATE:
    return rehearsal_electorate(play, VOTER, 12);
  case AT_SECOND_ELECTORATE:
    return rehearsal_electorate(play, VOTER + 20, 3);
  case AT_OPEN:
    return rehearsal_open(play);
  case AT_FIRST_BALLOT:
    return rehearsal_ballot(play, VOTER, "{\"approve\":[\"bench\"]}");
  case AT_BLANK_BALLOT:
    return rehearsal_ballot(play, VOTER + 1, "{\"blank\":true}");
  case AT_SECOND_BALLOT:
    return rehearsal_ballot(play, VOTER, "{\"approve\":[\"garden\"]}");
  case AT_LOST:
    return rehearsal_revocation(play, VOTER + 2, VOTER + 40);
  case AT_STRUCK:
    return rehearsal_revocation(play, VOTER + 3, NOBODY);
  case AT_ALSO_STRUCK:
    return rehearsal_revocation(play, VOTER + 4, NOBODY);
  case AT_REPLACED_BALLOT:
    return rehearsal_ballot(play, VOTER + 40, "{\"approve\":[\"bench\",\"mural\"]}");
  case AT_LAST_BALLOT:
    return rehearsal_ballot(play, VOTER + 20, "{\"approve\":[\"garden\",\"swing\"]}");
  case AT_LATER_NOTE:
    return rehearsal_note(play, MEDIATOR, "Panne de dix minutes.");
  case AT_CLOSE:
    return rehearsal_close(play);
  case AT_NOTE_BEFORE_PAPER:
    return rehearsal_note(play, SCRUTINEER, "On compte.");
  case AT_PAPER:
    return rehearsal_paper(play, 2, "[{\"approve\":[\"garden\"]},{\"blank\":true}]");
  case AT_DRAW:
    return rehearsal_draw(play, DRAWER);
  case AT_SECOND_DRAW:
    return rehearsal_draw(play, DRAWER_2);
  case AT_RESULT:
    return rehearsal_result(play);
  case AT_LAST_NOTE:
    return rehearsal_note(play, REGISTRAR, "Merci.");
  case REHEARSAL_PLACES:
    break;
  }
  fail_msg("no such place");
  return NULL;
}

void rehearsal_until(struct rehearsal *play, enum rehearsal_place place)
{
  rehearsal_begin(play);
  for (unsigned i = 0; i < place; i++)
    rehearsal_add(play, kinds_at[i], rehearsal_payload_at(play, (enum rehearsal_place)i));
}
