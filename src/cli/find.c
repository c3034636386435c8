#include "cli/find.h"

#include "base/json.h"
#include "cli/tell.h"

#include <inttypes.h>
#include <string.h>

enum { PREFIX_MIN = 8 };

static bool is_hex(const char *text)
{
    size_t len = strlen(text);

    return len >= PREFIX_MIN && len <= 2 * HASH_BYTES &&
           strspn(text, "0123456789abcdef") == len;
}

static enum err has_id(struct slice bytes, const char *prefix, bool *has,
                       struct why *why)
{
    struct entry entry;
    struct act act;
    char id[2 * HASH_BYTES + 1];

    *has = false;
    TRY(entry_parse(bytes.at, bytes.len, &entry, why));
    if (entry.type != ENTRY_ACT)
        return ERR_NONE;
    TRY(act_parse(entry.payload.at, entry.payload.len, &act, why));
    text_hex(act.id.b, HASH_BYTES, id);
    *has = strncmp(id, prefix, strlen(prefix)) == 0;
    return ERR_NONE;
}

/* Look through the log for an act. */
static enum err find_act(struct log *log, const char *prefix,
                         struct found *found, struct why *why)
{
    struct log_reader *reader = log_reader_open(log, 0);
    size_t count = 0;
    enum err err = ERR_NONE;
    bool more = true;

    while (err == ERR_NONE) {
        struct slice bytes;
        uint64_t index;
        bool has = false;

        err = log_reader_next(reader, &bytes, &index, &more, why);
        if (err != ERR_NONE || !more)
            break;
        err = has_id(bytes, prefix, &has, why);
        if (has && count++ == 0)
            found->entry = index;
    }
    log_reader_close(reader);
    TRY(err);
    found->kind = "entry";
    if (count == 0)
        return fail(why, ERR_ABSENT, "no act has an id that begins with %s",
                    prefix);
    if (count > 1)
        return fail(why, ERR_INPUT, "%zu acts have an id that begins with %s",
                    count, prefix);
    return ERR_NONE;
}

enum err find_thing(const struct desk *desk, const char *id,
                    struct found *found, struct why *why)
{
    static const char *const kinds[] = {"proposal", "reservation", "statement",
                                        "member", "key"};

    memset(found, 0, sizeof *found);
    found->id = id;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        found->kind = kinds[i];
        if (state_get(desk->state, kinds[i], id) != NULL)
            return ERR_NONE;
    }
    if (strcmp(id, "charter") == 0) {
        found->kind = "charter";
        return ERR_NONE;
    }
    if (text_parse_u64(slice_of(id), INT64_MAX, &found->entry)) {
        found->kind = "entry";
        if (found->entry < log_size(desk->log))
            return ERR_NONE;
        if (!is_hex(id))
            return fail(why, ERR_ABSENT,
                        "there is no entry %s; the log has %" PRIu64, id,
                        log_size(desk->log));
    }
    if (is_hex(id))
        return find_act(desk->log, id, found, why);
    return fail(why, ERR_ABSENT,
                "'%s': there is no such proposal, reservation (R-1), statement "
                "(S-1), state, key (FR/delegate+1a2b3c4d), entry (12) or act",
                id);
}

static int64_t entry_of(const struct desk *desk, const struct found *found)
{
    const json_t *doc = state_get(desk->state, found->kind, found->id);
    const json_t *history = json_list(doc, "history");
    int64_t entry = json_int(doc, "outcome_entry", -1);

    if (strcmp(found->kind, "charter") == 0)
        return 0;
    if (entry < 0)
        entry = json_int(doc, "entry", -1);
    if (entry < 0) /* a state: what it did last about the charter */
        entry = json_int(json_array_get(history, json_array_size(history) - 1),
                         "entry", 0);
    return entry;
}

enum err find_entry(const struct desk *desk, const char *id, uint64_t *index,
                    struct why *why)
{
    struct found found;

    TRY(find_thing(desk, id, &found, why));
    *index = strcmp(found.kind, "entry") == 0
                 ? found.entry
                 : (uint64_t)entry_of(desk, &found);
    return ERR_NONE;
}
