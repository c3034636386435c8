/*
 * exercise_tell.c - an exercise as the visitor sees it: the date in the
 * margin, then wrapped text.
 */
#include "cli/exercise.h"

#include "base/json.h"
#include "record/entry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Text from column `indent`, its first line after `head`. */
void hang(FILE *out, size_t indent, const char *head, enum ink ink,
          const char *text)
{
    char *block = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&block, &len);

    if (memory == NULL)
        return;
    term_wrap(memory, indent, text);
    fclose(memory);
    term_print(out, ink, "%-*s", (int)indent, head);
    fputs(len > indent ? block + indent : "\n", out);
    free(block);
}

/* The date when it is not the one above, else nothing. */
static const char *margin(struct play *play, struct when now,
                          char text[WHEN_TEXT_SIZE])
{
    if (now.s == play->date.s)
        return "";
    play->date = now;
    when_format(now, text);
    text[10] = ' ';
    text[16] = '\0'; /* 2026-02-10 10:00 */
    return text;
}

void play_tell(struct play *play, struct when now, enum ink ink, char mark,
               const char *text)
{
    char date[WHEN_TEXT_SIZE];
    char head[INDENT + 8];

    if (play->out == NULL)
        return;
    snprintf(head, sizeof head, "%-*s%c", INDENT, margin(play, now, date),
             mark);
    hang(play->out, INDENT + 2, head, ink, text);
}

void play_narrate(struct play *play, struct when now, const char *text)
{
    char date[WHEN_TEXT_SIZE];

    if (play->out != NULL)
        hang(play->out, INDENT, margin(play, now, date), INK_BOLD, text);
}

/* "AL AU BE", a list of texts. */
static void add_words(struct buf *text, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));

        if (word != NULL)
            buf_addf(text, "%s%s", i == 0 ? "" : " ", word);
    }
}

static void add_count(struct buf *text, const json_t *list)
{
    buf_addf(text, "%zu: ", json_array_size(list));
    add_words(text, list);
}

/* "2026-04-07 09:00" of a time, quotes around words, else as it is. */
static void add_text(struct buf *text, const char *value)
{
    struct when when;

    if (when_parse(slice_of(value), &when, NULL) == ERR_NONE)
        buf_addf(text, "%.10s %.5s", value, value + 11);
    else if (text_is_name(slice_of(value)) || strchr(value, '+') != NULL)
        buf_add_text(text, value);
    else
        buf_addf(text, "\"%s\"", value);
}

/* FIELDS WHOSE VALUE SAYS ENOUGH: printed without their name. */
static const char *const plain[] = {"proposal",  "decision", "statement",
                                    "amendment", "position", "title",
                                    "text",      NULL};

static bool is_among(const char *name, const char *const *names)
{
    while (*names != NULL)
        if (strcmp(*names++, name) == 0)
            return true;
    return false;
}

/* A field in a few words; nothing when it is long. */
static void add_field(struct buf *text, const char *name, const json_t *value)
{
    enum { SHORT = 72 };
    const char *word = json_string_value(value);
    bool list = json_is_string(json_array_get(value, 0));

    if ((word == NULL && !json_is_integer(value) && !json_is_true(value) &&
         !list) ||
        (word != NULL && (strlen(word) > SHORT || strchr(word, '\n') != NULL)))
        return;
    buf_add_text(text, ", ");
    if (!is_among(name, plain))
        buf_addf(text, "%s%s", name, json_is_true(value) ? "" : " ");
    if (word != NULL)
        add_text(text, word);
    else if (json_is_integer(value))
        buf_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (list)
        add_count(text, value);
}

/* One notification, with all the states of a run of the same kind. */
static void tell_notification(struct play *play, struct when now,
                              const json_t *json, const json_t *states)
{
    /* first the thing it is about, then what is not said elsewhere */
    static const char *const first[] = {"proposal", "decision", "amendment",
                                        NULL};
    static const char *const left_out[] = {
        "proposal", "decision", "amendment", "kind",  "effective",
        "state",    "version",  "sha256",    "title", "matter",
        "opt_in",   "exercise", NULL};
    struct buf text = {0};
    const char *effective = json_text(json, "effective");
    char date[WHEN_TEXT_SIZE];
    const char *name;
    json_t *value;

    when_format(now, date);
    buf_add_text(&text, json_text(json, "kind"));
    for (size_t i = 0; first[i] != NULL; i++)
        add_field(&text, first[i], json_object_get(json, first[i]));
    json_object_foreach ((json_t *)json, name, value) {
        if (!is_among(name, left_out))
            add_field(&text, name, value);
    }
    if (json_array_size(states) > 0) {
        buf_add_text(&text, ", ");
        add_count(&text, states);
    }
    if (effective != NULL && strcmp(effective, date) != 0)
        add_field(&text, "since", json_object_get(json, "effective"));
    play_tell(play, now, INK_YELLOW, '*', buf_text(&text));
    buf_clear(&text);
}

/* The notification at an index, or NULL when there stands an act. */
static enum err read_notification(const struct play *play, uint64_t index,
                                  struct when *now, json_t **json,
                                  struct why *why)
{
    struct buf bytes = {0};
    struct entry entry = {.type = ENTRY_ACT};
    enum err err;

    *json = NULL;
    err = log_entry(session_log(play->session), index, &bytes, why);
    if (err == ERR_NONE)
        err = entry_parse(bytes.data, bytes.len, &entry, why);
    if (err == ERR_NONE && entry.type == ENTRY_NOTIFICATION) {
        *now = entry.time;
        err = entry_notification(&entry, json, why);
    }
    buf_clear(&bytes);
    return err;
}

/* Is it the same notification about another state? */
static bool is_alike(const json_t *a, const json_t *b)
{
    return json_object_size(a) == 3 && json_object_size(b) == 3 &&
           json_text(a, "state") != NULL && json_text(b, "state") != NULL &&
           strcmp(json_text(a, "kind"), json_text(b, "kind")) == 0 &&
           strcmp(json_text(a, "effective"), json_text(b, "effective")) == 0;
}

enum err play_tell_news(struct play *play, struct why *why)
{
    uint64_t size = log_size(session_log(play->session));
    struct when now = {0}, last = {0};
    json_t *told = NULL;
    json_t *states = json_array();
    json_t *json;
    enum err err = ERR_NONE;

    for (; err == ERR_NONE && play->told < size; play->told++) {
        err = read_notification(play, play->told, &now, &json, why);
        if (err != ERR_NONE || json == NULL)
            continue;
        if (told != NULL && !is_alike(told, json)) {
            tell_notification(play, last, told, states);
            json_array_clear(states);
        }
        json_decref(told);
        told = json;
        last = now;
        if (json_text(json, "state") != NULL)
            json_array_append(states, json_object_get(json, "state"));
    }
    if (told != NULL)
        tell_notification(play, last, told, states);
    json_decref(told);
    json_decref(states);
    return err;
}

static void describe_ballots(const struct play *play,
                             const struct script_step *step, struct buf *text)
{
    buf_addf(text, "%zu ballots, %s:", play->acts,
             value_text_at(step->with, "proposal", ""));
    for (size_t i = 0, said = 0; i < step->with->count; i++) {
        const struct value *list = step->with->item[i];

        if (list->kind != VALUE_LIST)
            continue;
        buf_addf(text, "%s %s %zu: ", said++ == 0 ? "" : ";", list->key,
                 list->count);
        for (size_t j = 0; j < list->count; j++)
            buf_addf(text, "%s%s", j == 0 ? "" : " ", list->item[j]->text);
    }
}

void play_describe(const struct play *play, const struct script_step *step,
                   const json_t *body, struct buf *text)
{
    if (step->kind == STEP_BALLOTS) {
        describe_ballots(play, step, text);
        return;
    }
    buf_addf(text, "%s by ", step->act->name);
    if (step->by.count > 1)
        buf_addf(text, "%zu states:", step->by.count);
    for (size_t i = 0; i < step->by.count; i++)
        buf_addf(text, "%s%.*s", step->by.count > 1 ? " " : "",
                 (int)strcspn(step->by.item[i], step->by.count > 1 ? "/" : "#"),
                 step->by.item[i]);
    for (size_t i = 0; i < step->act->fields; i++) {
        const char *name = step->act->field[i].name;
        bool titled =
            strcmp(name, "text") == 0 && json_object_get(body, "title") != NULL;

        if (strcmp(name, "opens") != 0 && !titled)
            add_field(text, name, json_object_get(body, name));
    }
}

void play_tell_acts(struct play *play, const struct script_step *step,
                    const char *acts)
{
    struct buf line = {0};
    size_t last = play->acts - 1;

    if (!play->receipt[last].accepted)
        buf_addf(&line, "%s - refused: %s", acts, play->receipt[last].why.text);
    else if (play->acts > 1)
        buf_addf(&line, "%s [%" PRIu64 "-%" PRIu64 "]", acts,
                 play->receipt[0].index, play->receipt[last].index);
    else
        buf_addf(&line, "%s [%" PRIu64 "]", acts, play->receipt[0].index);
    play_tell(play, step->at, step->refused ? INK_RED : INK_GREEN,
              step->refused ? '-' : '+', buf_text(&line));
    buf_clear(&line);
}
