#include "record/entry.h"

#include <string.h>

static const char FIRST_LINE_END[] = "/entry/v1";
static const char *const type_names[] = {
    [ENTRY_ACT] = "act", [ENTRY_NOTIFICATION] = "notification"};

static enum err fail_line(struct why *why, int line, const char *expected)
{
    return fail(why, ERR_INPUT, "entry, line %d: expected %s", line, expected);
}

static bool take_field(struct slice *rest, const char *field,
                       struct slice *value)
{
    size_t len = strlen(field);

    if (!slice_line(rest, value) || value->len < len ||
        memcmp(value->at, field, len) != 0)
        return false;
    value->at += len;
    value->len -= len;
    return true;
}

static enum err check_payload(const struct entry *entry, struct why *why)
{
    const struct slice payload = entry->payload;

    if (payload.len == 0)
        return fail_line(why, 5, "a payload");
    if (payload.len > ENTRY_PAYLOAD_MAX)
        return fail(why, ERR_LIMIT, "entry: payload of more than %d bytes",
                    ENTRY_PAYLOAD_MAX);
    if (entry->type == ENTRY_NOTIFICATION &&
        memchr(payload.at, '\n', payload.len) != payload.at + payload.len - 1)
        return fail_line(why, 5, "one line of JSON and a line feed");
    return ERR_NONE;
}

enum err entry_parse(const char *bytes, size_t len, struct entry *entry,
                     struct why *why)
{
    size_t end = sizeof FIRST_LINE_END - 1;
    struct slice rest = {bytes, len}, line;
    struct entry made;

    if (len > ENTRY_BYTES_MAX)
        return fail(why, ERR_LIMIT, "entry of more than %d bytes",
                    ENTRY_BYTES_MAX);
    if (!slice_line(&rest, &line) || line.len <= end ||
        memcmp(line.at + line.len - end, FIRST_LINE_END, end) != 0)
        return fail_line(why, 1, "\"<coalition>/entry/v1\"");
    made.coalition = (struct slice){line.at, line.len - end};
    if (!text_is_name(made.coalition))
        return fail_line(why, 1, "the coalition's name before \"/entry/v1\"");
    if (!take_field(&rest, "time: ", &line) || line.len != WHEN_TEXT_SIZE - 1 ||
        when_parse(line, &made.time, NULL) != ERR_NONE)
        return fail_line(why, 2, "\"time: YYYY-MM-DDThh:mm:ssZ\"");
    if (!take_field(&rest, "type: ", &line))
        return fail_line(why, 3, "\"type: act\" or \"type: notification\"");
    if (slice_is(line, type_names[ENTRY_ACT]))
        made.type = ENTRY_ACT;
    else if (slice_is(line, type_names[ENTRY_NOTIFICATION]))
        made.type = ENTRY_NOTIFICATION;
    else
        return fail_line(why, 3, "\"type: act\" or \"type: notification\"");
    if (!slice_line(&rest, &line) || line.len != 0)
        return fail_line(why, 4, "an empty line");
    made.payload = rest;
    TRY(check_payload(&made, why));
    *entry = made;
    return ERR_NONE;
}

enum err entry_format(const struct entry *entry, struct buf *out,
                      struct why *why)
{
    char time[WHEN_TEXT_SIZE];

    if (!text_is_name(entry->coalition))
        return fail_line(why, 1, "the coalition's name");
    TRY(check_payload(entry, why));
    when_format(entry->time, time);
    buf_add(out, entry->coalition.at, entry->coalition.len);
    buf_addf(out, "%s\ntime: %s\ntype: %s\n\n", FIRST_LINE_END, time,
             type_names[entry->type]);
    buf_add(out, entry->payload.at, entry->payload.len);
    return ERR_NONE;
}

enum err entry_notification(const struct entry *entry, json_t **json,
                            struct why *why)
{
    struct slice line = entry->payload;
    json_t *made;
    char *text;
    enum err err;

    if (entry->type != ENTRY_NOTIFICATION)
        return fail_line(why, 3, "\"type: notification\"");
    line.len--; /* the final LF */
    err = json_parse(line.at, line.len, &made, why);
    if (err)
        return fail_within(why, err, "entry, line 5");
    text = json_canonical(made);
    if (!slice_is(line, text)) {
        json_decref(made);
        err = fail_line(why, 5, "JSON in canonical form");
    } else {
        *json = made;
    }
    mem_free(text);
    return err;
}
