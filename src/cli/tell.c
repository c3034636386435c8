#include "cli/tell.h"

#include "base/json.h"
#include "base/table.h"
#include "institution/kinds.h"
#include "rule/position.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/*
 * Reading entries.
 */

enum err reading_of(struct buf *bytes, struct reading *reading, struct why *why)
{
    enum err err;

    memset(reading, 0, sizeof *reading);
    reading->bytes = *bytes;
    *bytes = (struct buf){0};
    err = entry_parse(buf_text(&reading->bytes), reading->bytes.len,
                      &reading->entry, why);
    if (err == ERR_NONE && reading->entry.type == ENTRY_NOTIFICATION) {
        err = entry_notification(&reading->entry, &reading->body, why);
    } else if (err == ERR_NONE) {
        err = act_parse(reading->entry.payload.at, reading->entry.payload.len,
                        &reading->act, why);
        if (err == ERR_NONE)
            err = act_body(&reading->act, &reading->body, why);
    }
    if (err != ERR_NONE)
        reading_close(reading);
    return err;
}

enum err reading_open(struct log *log, uint64_t index, struct reading *reading,
                      struct why *why)
{
    struct buf bytes = {0};

    if (index >= log_size(log))
        return fail(why, ERR_ABSENT,
                    "there is no entry %" PRIu64 "; the log has %" PRIu64,
                    index, log_size(log));
    TRY(log_entry(log, index, &bytes, why));
    return reading_of(&bytes, reading, why);
}

void reading_close(struct reading *reading)
{
    buf_clear(&reading->bytes);
    json_decref(reading->body);
    reading->body = NULL;
}

/*
 * Words.
 */

const char *tell_time(const char *time, char text[TELL_TIME_SIZE])
{
    struct when when;

    if (time == NULL || when_parse(slice_of(time), &when, NULL) != ERR_NONE) {
        *text = '\0';
        return text;
    }
    tell_when(when, text);
    return text;
}

void tell_when(struct when when, char text[TELL_TIME_SIZE])
{
    char whole[WHEN_TEXT_SIZE];

    when_format(when, whole);
    whole[10] = ' ';
    if (strcmp(whole + 16, ":00Z") == 0)
        whole[16] = '\0';
    else
        whole[19] = '\0';
    snprintf(text, TELL_TIME_SIZE, "%s", whole);
}

void tell_left(struct when now, struct when then, struct buf *out)
{
    int64_t left = then.s - now.s;
    int64_t days = left / 86400;
    int64_t hours = left / 3600;

    if (left <= 0)
        buf_add_text(out, "now");
    else if (days >= 2)
        buf_addf(out, "in %" PRId64 " days", days);
    else if (hours > 0)
        buf_addf(out, "in %" PRId64 " h %" PRId64 " min", hours,
                 left % 3600 / 60);
    else
        buf_addf(out, "in %" PRId64 " min", (left + 59) / 60);
}

void tell_list(const json_t *list, struct buf *out)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));

        if (word != NULL)
            buf_addf(out, "%s%s", i == 0 ? "" : ", ", word);
    }
}

void tell_count(size_t count, const char *one, const char *many,
                struct buf *out)
{
    buf_addf(out, "%zu %s", count, count == 1 ? one : many);
}

void tell_line(FILE *out, const char *label, const char *text)
{
    char *block = NULL;
    size_t len = 0;
    FILE *memory;

    if (text == NULL || *text == '\0')
        return;
    memory = open_memstream(&block, &len);
    if (memory == NULL)
        return;
    term_wrap(memory, TELL_INDENT, text);
    fclose(memory);
    term_print(out, INK_DIM, "  %-*s", TELL_INDENT - 2, label);
    if (text_width(label) > TELL_INDENT - 3)
        fprintf(out, "\n%*s", TELL_INDENT, "");
    fputs(len > TELL_INDENT ? block + TELL_INDENT : "\n", out);
    free(block);
}

void tell_linef(FILE *out, const char *label, const char *format, ...)
{
    struct buf text = {0};
    va_list args;

    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    tell_line(out, label, buf_text(&text));
    buf_clear(&text);
}

void tell_heading(FILE *out, const char *text)
{
    term_print(out, INK_BOLD, "\n%s\n", text);
}

void tell_value(FILE *out, const char *label, const json_t *value)
{
    const char *text = json_string_value(value);
    char time[TELL_TIME_SIZE];
    struct buf list = {0};
    char *whole;

    if (text != NULL && strlen(text) == WHEN_TEXT_SIZE - 1 &&
        *tell_time(text, time) != '\0') {
        tell_line(out, label, time);
    } else if (text != NULL) {
        tell_line(out, label, text);
    } else if (json_is_integer(value)) {
        tell_linef(out, label, "%" JSON_INTEGER_FORMAT,
                   json_integer_value(value));
    } else if (json_is_boolean(value)) {
        tell_line(out, label, json_is_true(value) ? "yes" : "no");
    } else if (json_is_string(json_array_get(value, 0))) {
        tell_list(value, &list);
        tell_line(out, label, buf_text(&list));
    } else if (json_array_size(value) + json_object_size(value) > 0) {
        whole = json_compact(value);
        tell_line(out, label, whole);
        mem_free(whole);
    }
    buf_clear(&list);
}

void tell_lines(FILE *out, size_t indent, const char *lines)
{
    struct slice rest = slice_of(lines);
    struct slice line;

    while (slice_line(&rest, &line)) {
        size_t depth = 0;
        char *text;

        while (depth < line.len && line.at[depth] == ' ')
            depth++;
        text = mem_copy_text(line.at + depth, line.len - depth);
        term_wrap(out, indent + depth, text);
        mem_free(text);
    }
}

/* Clauses as explain_json gives them. */
static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_text(object, key);

    return text == NULL ? "" : text;
}

/* A clause of the log, which has the numbers, in words. */
static void add_clause(const json_t *clause, struct buf *out)
{
    static const char *const tests[][2] = {{"ge", "at least"},
                                           {"gt", "more than"},
                                           {"le", "at most"},
                                           {"lt", "less than"}};
    const char *kind = text_at(clause, "kind");
    const char *end = json_flag(clause, "holds") ? "holds" : "does not hold";
    const char *test = text_at(clause, "test");
    const json_t *in = json_object_get(clause, "in");
    char *group;

    if (strcmp(kind, "leaf") != 0) {
        if (strcmp(kind, "atleast") == 0)
            buf_addf(out, "at least %" PRId64, json_int(clause, "k", 0));
        else
            buf_add_text(out, kind);
        buf_addf(out, " of these: %s", end);
        return;
    }
    tell_list(json_list(clause, "of"), out);
    if (json_is_string(in)) {
        if (strcmp(json_string_value(in), "participating") != 0)
            buf_addf(out, " in %s", json_string_value(in));
    } else if (in != NULL && (group = json_canonical(in)) != NULL) {
        buf_addf(out, " in %s", group);
        mem_free(group);
    }
    if (strcmp(text_at(clause, "weight"), "1") != 0)
        buf_addf(out, ", by %s", text_at(clause, "weight"));
    buf_addf(out, ": %s", text_at(clause, "sum"));
    if (json_text(clause, "base") != NULL)
        buf_addf(out, " of %s", json_text(clause, "base"));
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (strcmp(tests[i][0], test) == 0)
            buf_addf(out, ", %s %s", tests[i][1], text_at(clause, "threshold"));
    if (json_text(clause, "base") != NULL)
        buf_addf(out, " (%s)", text_at(clause, "needed"));
    buf_addf(out, ": %s", end);
}

static void tell_clauses(FILE *out, const json_t *clauses)
{
    struct buf text = {0};

    for (size_t i = 0; i < json_array_size(clauses); i++) {
        const json_t *clause = json_array_get(clauses, i);
        int64_t depth = json_int(clause, "depth", 0);

        if (depth < 0 || depth >= 64)
            continue;
        buf_addf(&text, "%*s", (int)(2 * depth), "");
        add_clause(clause, &text);
        buf_add_text(&text, "\n");
    }
    tell_lines(out, TELL_INDENT, buf_text(&text));
    buf_clear(&text);
}

void tell_body(FILE *out, const json_t *body)
{
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)body, key, value) {
        if (strcmp(key, "positions") == 0 && json_is_object(value)) {
            tell_positions(out, value);
        } else if (strcmp(key, "clauses") == 0 && json_is_array(value)) {
            term_print(out, INK_DIM, "  %s\n", key);
            tell_clauses(out, value);
        } else {
            tell_value(out, key, value);
        }
    }
}

/* A text cut to what fits a line. */
static void add_text(const char *text, struct buf *out)
{
    enum { SHORT = 48 };
    char *copy = mem_copy_text(text, strlen(text));
    size_t used = 0;
    size_t columns = 0;
    uint32_t rune;

    text_tame(copy, false);
    while (copy[used] != '\0' && columns < SHORT) {
        used += text_next(copy + used, strlen(copy + used), &rune);
        columns++;
    }
    buf_addf(out, "%.*s%s", (int)used, copy, copy[used] == '\0' ? "" : "…");
    mem_free(copy);
}

static void add_value(const json_t *value, struct buf *out)
{
    char time[TELL_TIME_SIZE];
    const char *text = json_string_value(value);

    if (text != NULL && strlen(text) == WHEN_TEXT_SIZE - 1 &&
        *tell_time(text, time) != '\0')
        buf_add_text(out, time);
    else if (text != NULL)
        add_text(text, out);
    else if (json_is_integer(value))
        buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_string(json_array_get(value, 0)))
        tell_list(value, out);
    else if (json_is_array(value))
        buf_addf(out, "%zu", json_array_size(value));
    else
        buf_add_text(out, "...");
}

/* FIELDS that speak for themselves, without their name. */
static bool is_plain(const char *field)
{
    static const char *const plain[] = {"proposal",    "decision",  "statement",
                                        "reservation", "amendment", "position",
                                        "title",       "text",      "to",
                                        "key",         "vkey",      "article"};

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(plain[i], field) == 0)
            return true;
    return false;
}

void tell_act(const struct act *act, const json_t *body, struct buf *out)
{
    char name[65];
    const struct act_kind *kind;
    size_t said = 0;

    snprintf(name, sizeof name, "%.*s", (int)act->kind.len, act->kind.at);
    kind = act_kind_find(name);
    buf_addf(out, "%s by %.*s", name, (int)act->by.len, act->by.at);
    for (size_t i = 0; kind != NULL && i < kind->fields; i++) {
        const char *field = kind->field[i].name;
        const json_t *value = json_object_get(body, field);

        /* The title stands for the text; a charter is too long. */
        if (value == NULL || json_is_false(value) ||
            strcmp(field, "charter") == 0 ||
            (strcmp(field, "text") == 0 && json_text(body, "title") != NULL))
            continue;
        buf_add_text(out, said++ == 0 ? ": " : ", ");
        if (!is_plain(field))
            buf_addf(out, "%s%s", field, json_is_true(value) ? "" : " ");
        if (!json_is_true(value))
            add_value(value, out);
    }
}

/*
 * Notifications.
 */

/* The members of {"FR":"yes",...} who took a position; owns: caller. */
static json_t *who_took(const json_t *positions, enum position position)
{
    json_t *codes = json_array();
    const char *code;
    json_t *word;

    json_object_foreach ((json_t *)positions, code, word) {
        const char *text = json_string_value(word);

        if (text != NULL && strcmp(text, position_word(position)) == 0)
            json_array_append_new(codes, json_string(code));
    }
    return codes;
}

static void add_positions(const json_t *positions, struct buf *out)
{
    size_t said = 0;

    for (int p = 0; p < POSITION_COUNT; p++) {
        json_t *codes = who_took(positions, (enum position)p);
        size_t count = json_array_size(codes);

        if (count > 0)
            buf_addf(out, "%s%zu %s", said++ == 0 ? "" : ", ", count,
                     position_word((enum position)p));
        json_decref(codes);
    }
}

void tell_positions(FILE *out, const json_t *positions)
{
    for (int p = 0; p < POSITION_COUNT; p++) {
        json_t *codes = who_took(positions, (enum position)p);
        struct buf text = {0};

        buf_addf(&text, "%zu: ", json_array_size(codes));
        tell_list(codes, &text);
        if (json_array_size(codes) > 0)
            tell_line(out, position_word((enum position)p), buf_text(&text));
        buf_clear(&text);
        json_decref(codes);
    }
}

static const char *field(const json_t *notification, const char *name)
{
    const char *text = json_text(notification, name);

    return text == NULL ? "?" : text;
}

static void tell_outcome(const json_t *n, struct buf *out)
{
    buf_addf(out, "proposal %s is %s: ", field(n, "proposal"),
             field(n, "kind"));
    add_positions(json_map(n, "positions"), out);
    if (json_list(n, "bound") != NULL) {
        buf_add_text(out, "; binds ");
        tell_count(json_array_size(json_list(n, "bound")), "state", "states",
                   out);
    }
    if (json_text(n, "effect_lapsed") != NULL)
        buf_addf(out, "; its effect falls away: %s", field(n, "effect_lapsed"));
}

static void tell_force(const json_t *n, struct buf *out)
{
    buf_add_text(out, "the charter enters into force for ");
    tell_count(json_array_size(json_list(n, "parties")),
               "state: ", "states: ", out);
    tell_list(json_list(n, "parties"), out);
}

static void tell_party(const json_t *n, struct buf *out)
{
    buf_addf(out, "the charter enters into force for %s", field(n, "state"));
}

static void tell_withdrawn(const json_t *n, struct buf *out)
{
    buf_addf(out, "the withdrawal of %s takes effect", field(n, "state"));
}

static void tell_provisional(const json_t *n, struct buf *out)
{
    buf_addf(out, "%s no longer applies the charter provisionally",
             field(n, "state"));
}

static void tell_tacit(const json_t *n, struct buf *out)
{
    buf_addf(out, "reservation %s is accepted by silence: ",
             field(n, "reservation"));
    tell_list(json_list(n, "states"), out);
}

static void tell_amendment(const json_t *n, struct buf *out)
{
    buf_addf(out, "amendment %s of the charter enters into force",
             field(n, "amendment"));
}

static void tell_amendment_lapsed(const json_t *n, struct buf *out)
{
    buf_addf(out, "amendment %s of the charter lapses: %s",
             field(n, "amendment"), field(n, "reason"));
}

static void tell_opened(const json_t *n, struct buf *out)
{
    buf_addf(out, "proposal %s opens", field(n, "proposal"));
}

static void tell_lapsed(const json_t *n, struct buf *out)
{
    buf_addf(out, "proposal %s lapses", field(n, "proposal"));
    if (json_text(n, "reason") != NULL)
        buf_addf(out, ": %s", field(n, "reason"));
}

static void tell_broken(const json_t *n, struct buf *out)
{
    buf_addf(out,
             "silence on proposal %s is broken by %s: ", field(n, "proposal"),
             field(n, "by"));
    add_text(field(n, "reason"), out);
}

static void tell_end(const json_t *n, struct buf *out)
{
    buf_addf(out, "decision %s lapses", field(n, "decision"));
}

static void tell_presidency(const json_t *n, struct buf *out)
{
    char until[TELL_TIME_SIZE];

    if (json_text(n, "holder") == NULL)
        buf_add_text(out, "nobody holds the presidency");
    else
        buf_addf(out, "the presidency passes to %s", field(n, "holder"));
    buf_addf(out, " until %s", tell_time(json_text(n, "until"), until));
}

/* KIND of notification, how it is told. */
static const struct {
    const char *kind;
    void (*tell)(const json_t *notification, struct buf *out);
} tellers[] = {
    {"adopted", tell_outcome},
    {"rejected", tell_outcome},
    {"entry-into-force", tell_force},
    {"party", tell_party},
    {"withdrawn", tell_withdrawn},
    {"provisional-ended", tell_provisional},
    {"reservation-accepted", tell_tacit},
    {"amendment-in-force", tell_amendment},
    {"amendment-lapsed", tell_amendment_lapsed},
    {"opened", tell_opened},
    {"proposal-lapsed", tell_lapsed},
    {"silence-broken", tell_broken},
    {"decision-lapsed", tell_end},
    {"presidency", tell_presidency},
};

void tell_notification(const json_t *notification, struct buf *out)
{
    const char *kind = field(notification, "kind");

    for (size_t i = 0; i < sizeof tellers / sizeof *tellers; i++) {
        if (strcmp(tellers[i].kind, kind) == 0) {
            tellers[i].tell(notification, out);
            return;
        }
    }
    buf_add_text(out, kind);
}

void tell_entry(const struct reading *reading, struct buf *out)
{
    char effective[TELL_TIME_SIZE];
    char entered[TELL_TIME_SIZE];

    if (reading->entry.type == ENTRY_ACT) {
        tell_act(&reading->act, reading->body, out);
        return;
    }
    tell_notification(reading->body, out);
    tell_time(json_text(reading->body, "effective"), effective);
    tell_when(reading->entry.time, entered);
    if (strcmp(effective, entered) != 0)
        buf_addf(out, " (effective %s)", effective);
}

json_t *tell_json(const struct reading *reading, uint64_t index)
{
    const struct act *act = &reading->act;
    json_t *json = json_object();
    char time[WHEN_TEXT_SIZE];
    char id[2 * HASH_BYTES + 1];

    when_format(reading->entry.time, time);
    json_set_int(json, "index", (int64_t)index);
    json_set_text(json, "time", time);
    json_set_text(json, "type",
                  reading->entry.type == ENTRY_ACT ? "act" : "notification");
    if (reading->entry.type == ENTRY_ACT) {
        text_hex(act->id.b, HASH_BYTES, id);
        json_set_new(json, "by", json_stringn(act->by.at, act->by.len));
        json_set_new(json, "kind", json_stringn(act->kind.at, act->kind.len));
        json_set_text(json, "id", id);
    }
    json_set_new(json, "body", json_incref(reading->body));
    return json;
}
