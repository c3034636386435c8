/*
 * Documents that are there and that are not, before a store.
 */
#include "test.h"

#include "base/json.h"
#include "institution/state.h"

#include <string.h>

struct shelf {
    bool stocked;
    int loads;
};

static enum err load(void *ctx, const char *kind, const char *id, json_t **doc,
                     struct why *why)
{
    struct shelf *shelf = ctx;

    (void)kind;
    (void)id;
    (void)why;
    shelf->loads++;
    *doc = shelf->stocked ? json_pack("{s:s}", "name", "there") : NULL;
    return ERR_NONE;
}

/* Names that nobody has are made up without end by whoever likes: they take no
 * room, and are asked for each time. */
TEST(what_is_not_there_is_not_remembered)
{
    static const struct store_ops ops = {.load = load};
    struct shelf shelf = {0};
    struct state *state = state_open(&ops, &shelf);

    CHECK(state_get(state, "key", "XX/nobody+00000000") == NULL);
    CHECK(state_get(state, "key", "XX/nobody+00000000") == NULL);
    CHECK_INT(shelf.loads, 2);
    shelf.stocked = true;
    CHECK_TEXT(json_text(state_get(state, "key", "XX/nobody+00000000"), "name"),
               "there");
    CHECK(state_get(state, "key", "XX/nobody+00000000") != NULL);
    CHECK_INT(shelf.loads, 3);
    state_close(state);
}
