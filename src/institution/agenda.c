/*
 * agenda.c - deadlines ahead, sorted by time.
 *
 * One document: {"due": [[seconds, what, id], ...]}. Equal times keep the
 * order in which they were added, so a replay meets them in the same order.
 */
#include "institution/scene.h"

#include <string.h>

static json_t *due_edit(struct state *state)
{
    json_t *agenda = state_edit(state, "agenda", "agenda");

    if (agenda == NULL)
        agenda =
            state_put(state, "agenda", "agenda", json_pack("{s:[]}", "due"));
    return json_object_get(agenda, "due");
}

static json_int_t seconds_of(const json_t *item)
{
    return json_integer_value(json_array_get(item, 0));
}

static const char *text_of(const json_t *item, size_t place)
{
    return json_string_value(json_array_get(item, place));
}

void agenda_add(struct state *state, struct when at, const char *what,
                const char *id)
{
    json_t *due = due_edit(state);
    size_t place = json_array_size(due);

    while (place > 0 && seconds_of(json_array_get(due, place - 1)) > at.s)
        place--;
    json_array_insert_new(due, place,
                          json_pack("[I,s,s]", (json_int_t)at.s, what, id));
}

void agenda_drop(struct state *state, const char *what, const char *id)
{
    json_t *due = due_edit(state);

    for (size_t i = 0; i < json_array_size(due); i++) {
        const json_t *item = json_array_get(due, i);

        if (strcmp(text_of(item, 1), what) == 0 &&
            strcmp(text_of(item, 2), id) == 0) {
            json_array_remove(due, i);
            return;
        }
    }
}

bool agenda_first(struct state *state, struct when *at, const char **what,
                  const char **id)
{
    const json_t *due = json_list(state_get(state, "agenda", "agenda"), "due");
    const json_t *first = json_array_get(due, 0);

    if (first == NULL)
        return false;
    at->s = seconds_of(first);
    *what = text_of(first, 1);
    *id = text_of(first, 2);
    return true;
}
