#include "institution/replay.h"

#include "base/mem.h"
#include "base/progress.h"
#include "record/entry.h"

#include <string.h>

enum err replay_history(void *log, uint64_t size, const struct hash *root,
                        bool *has, struct why *why)
{
    return log_knows(log, size, root, has, why);
}

static enum err replay_act(struct replay *replay, const struct entry *entry,
                           const struct act *act, const json_t *body,
                           uint64_t index, struct why *why)
{
    struct act_signers signers;
    json_t *due;

    TRY(institution_due(replay->institution, entry->time, &due, why));
    if (due != NULL) {
        fail(why, ERR_INPUT,
             "a notification that was due ('%s') is missing "
             "before it",
             json_text(due, "kind"));
        json_decref(due);
        return ERR_INPUT;
    }
    TRY(institution_signers(replay->institution, act, body, &signers, why));
    for (size_t i = 0; replay->verifier != NULL && i < signers.count; i++)
        verifier_add(replay->verifier, &signers.key[i], act->text.at,
                     act->text.len, act->signature[i].signature, index);
    TRY(institution_judge(replay->institution, act, body, &signers, entry->time,
                          index, why));
    institution_fold(replay->institution, act, body, entry->time, index);
    replay->acts++;
    replay->signatures += signers.count;
    return ERR_NONE;
}

static enum err parse_and_replay(struct replay *replay,
                                 const struct entry *entry, uint64_t index,
                                 struct why *why)
{
    struct act act;
    json_t *body;
    enum err err;

    TRY(act_parse(entry->payload.at, entry->payload.len, &act, why));
    TRY(act_body(&act, &body, why));
    err = replay_act(replay, entry, &act, body, index, why);
    json_decref(body);
    return err;
}

/* What the log says is what we compute, byte for byte. */
static bool says(const struct entry *entry, const json_t *due)
{
    char *line = institution_line(due);
    bool same = slice_is(entry->payload, line);

    mem_free(line);
    return same;
}

static enum err replay_notification(struct replay *replay,
                                    const struct entry *entry, uint64_t index,
                                    struct why *why)
{
    json_t *due;
    enum err err = ERR_NONE;

    TRY(institution_due(replay->institution, entry->time, &due, why));
    if (due == NULL)
        return fail(why, ERR_INPUT, "a notification although nothing was due");
    if (!says(entry, due))
        err = fail(why, ERR_INPUT,
                   "the notification is not what the record "
                   "gives ('%s')",
                   json_text(due, "kind"));
    else
        institution_notify(replay->institution, due, entry->time, index);
    replay->notifications += err == ERR_NONE;
    json_decref(due);
    return err;
}

enum err replay_entry(struct replay *replay, struct slice bytes, uint64_t index,
                      struct why *why)
{
    struct entry entry;
    const struct charter *charter;

    TRY(entry_parse(bytes.at, bytes.len, &entry, why));
    if (entry.time.s < replay->time.s)
        return fail(why, ERR_INPUT,
                    "its time is before that of the entry "
                    "before it");
    if (entry.type == ENTRY_ACT)
        TRY(parse_and_replay(replay, &entry, index, why));
    else
        TRY(replay_notification(replay, &entry, index, why));
    charter = institution_charter(replay->institution);
    if (charter == NULL || !slice_is(entry.coalition, charter->id))
        return fail(why, ERR_INPUT, "it is of another coalition");
    replay->time = entry.time;
    return ERR_NONE;
}

enum err replay_log(struct replay *replay, struct log *log, uint64_t from,
                    uint64_t until, uint64_t *bad, struct why *why)
{
    struct log_reader *reader = log_reader_open(log, from);
    struct progress progress;
    enum err err = ERR_NONE;
    bool more = true;

    progress_start(&progress, "replaying", "entries", until);
    *bad = from;
    while (err == ERR_NONE && (*bad < until || until == log_size(log))) {
        struct slice bytes;

        /* At the end of the log it compares the root. */
        err = log_reader_next(reader, &bytes, bad, &more, why);
        if (err != ERR_NONE || !more)
            break;
        err = replay_entry(replay, bytes, *bad, why);
        if (err != ERR_NONE)
            fail_within(why, err, "entry %llu", (unsigned long long)*bad);
        progress_at(&progress, *bad);
        if (err == ERR_NONE)
            ++*bad;
    }
    progress_end(&progress);
    log_reader_close(reader);
    return err;
}
