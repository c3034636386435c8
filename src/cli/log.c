/*
 * log.c - `entente log`: entries, key, checkpoint, cosignatures.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/options.h"
#include "cli/secret.h"
#include "cli/tell.h"
#include "record/checkpoint.h"

#include <inttypes.h>
#include <string.h>

enum { LAST = 20 }; /* entries shown when no range is given */

/*
 * log [N..M]
 */

/* "5", "5..", "..9", "5..9": both included. */
static enum err read_range(const char *text, uint64_t size, uint64_t *from,
                           uint64_t *until, struct why *why)
{
    const char *dots = text == NULL ? NULL : strstr(text, "..");
    struct slice head = {text, dots == NULL ? 0 : (size_t)(dots - text)};
    struct slice tail = slice_of(dots == NULL ? NULL : dots + 2);
    uint64_t last = size - 1;

    *from = text != NULL || size < LAST ? 0 : size - LAST;
    if (text != NULL && dots == NULL)
        head = tail = slice_of(text);
    if ((head.len > 0 && !text_parse_u64(head, INT64_MAX, from)) ||
        (tail.len > 0 && !text_parse_u64(tail, INT64_MAX, &last)) ||
        *from > last)
        return fail(why, ERR_INPUT,
                    "'%s': expected entries, such as 12 or 10..20", text);
    if (*from >= size)
        return fail(why, ERR_ABSENT,
                    "there is no entry %" PRIu64 "; the log has %" PRIu64,
                    *from, size);
    *until = last < size ? last + 1 : size;
    return ERR_NONE;
}

static void add_row(struct table *table, const struct reading *reading,
                    uint64_t index)
{
    char time[TELL_TIME_SIZE];
    struct buf text = {0};
    bool act = reading->entry.type == ENTRY_ACT;

    tell_when(reading->entry.time, time);
    tell_entry(reading, &text);
    table_cellf(table, "%" PRIu64, index);
    table_cell(table, time);
    table_cell_ink(table, act ? INK_PLAIN : INK_YELLOW, act ? "+" : "*");
    table_cell(table, buf_text(&text));
    buf_clear(&text);
}

static enum err list_entries(const struct desk *desk, uint64_t from,
                             uint64_t until, struct table *table, json_t *json,
                             struct why *why)
{
    for (uint64_t i = from; i < until; i++) {
        struct reading reading;

        TRY(reading_open(desk->log, i, &reading, why));
        if (json != NULL)
            json_array_append_new(json, tell_json(&reading, i));
        else
            add_row(table, &reading, i);
        reading_close(&reading);
    }
    return ERR_NONE;
}

static int show_entries(struct cli *cli, const char *range)
{
    struct table *table = table_open(">entry|time (UTC)||what");
    json_t *json = cli->json ? json_array() : NULL;
    struct desk desk;
    struct why why;
    uint64_t from = 0;
    uint64_t until = 0;
    enum err err = desk_open(cli, SESSION_READ, &desk, &why);
    int status = 0;

    if (err == ERR_NONE)
        err = read_range(range, log_size(desk.log), &from, &until, &why);
    if (err == ERR_NONE)
        err = list_entries(&desk, from, until, table, json, &why);
    if (err != ERR_NONE) {
        status = cli_fail(cli, &why);
    } else if (cli->json) {
        desk_print_json(cli, &desk,
                        json_pack("{s:I,s:O}", "size",
                                  (json_int_t)log_size(desk.log), "entries",
                                  json));
    } else {
        desk_head(cli, &desk, "Entries %" PRIu64 " to %" PRIu64 " of %" PRIu64,
                  from, until - 1, log_size(desk.log));
        table_print(table, cli->out);
    }
    table_close(table);
    json_decref(json);
    desk_close(&desk);
    return status;
}

/*
 * log vkey, log checkpoint
 */

/* The log alone: no table is looked at. */
static enum err open_log(struct cli *cli, struct log **log, struct why *why)
{
    const struct log_options options = {0};

    return log_open(cli_dir(cli), &options, log, why);
}

static int show_vkey(struct cli *cli)
{
    struct vkey vkey;
    struct why why;
    char text[KEY_VKEY_SIZE];

    if (secret_vkey(cli_path(cli, "vkey"), &vkey, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    vkey_format(&vkey, text);
    if (cli->json)
        cli_print_json(cli, json_pack("{s:s}", "vkey", text));
    else
        fprintf(cli->out, "%s\n", text);
    return 0;
}

static int show_checkpoint(struct cli *cli)
{
    struct log *log;
    struct slice bytes;
    struct why why;

    if (open_log(cli, &log, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    bytes = log_checkpoint(log);
    if (cli->json)
        cli_print_json(cli,
                       json_pack("{s:s%}", "checkpoint", bytes.at, bytes.len));
    else
        fwrite(bytes.at, 1, bytes.len, cli->out);
    log_close(log);
    return 0;
}

/*
 * log cosign: what a witness does, on its own machine.
 */

/* From a file, or the folder's own. */
static enum err read_checkpoint(struct cli *cli, const char *path,
                                struct buf *bytes, struct why *why)
{
    struct log *log;
    struct slice own;

    if (path != NULL)
        return file_read(path, CHECKPOINT_BYTES_MAX, bytes, why);
    TRY(open_log(cli, &log, why));
    own = log_checkpoint(log);
    buf_add(bytes, own.at, own.len);
    log_close(log);
    return ERR_NONE;
}

static enum err log_key(struct cli *cli, const char *text, struct vkey *vkey,
                        struct why *why)
{
    return secret_vkey(text == NULL ? cli_path(cli, "vkey") : text, vkey, why);
}

static enum err make_cosignature(const struct buf *bytes,
                                 const struct vkey *log, const struct key *key,
                                 struct when now, struct buf *line,
                                 struct why *why)
{
    uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES];
    struct checkpoint checkpoint;
    struct note note;

    TRY(checkpoint_open(bytes->data, bytes->len, log, &checkpoint, why));
    TRY(note_parse(bytes->data, bytes->len, &note, why));
    TRY(checkpoint_cosign(note.text, key, now, payload, why));
    note_add_line(line, key_vkey(key)->name, key_vkey(key)->id, payload,
                  sizeof payload);
    return ERR_NONE;
}

static int cosign(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    const char *key_path = NULL;
    const char *path = NULL;
    const char *vkey_text = NULL;
    struct words words;
    struct buf bytes = {0};
    struct buf line = {0};
    struct key *key = NULL;
    struct vkey log;
    struct when now;
    struct why why;
    enum err err;
    int status;

    options_text(&options, "key", "FILE", &key_path,
                 "the witness's key (entente key new NAME --witness)");
    options_text(&options, "checkpoint", "FILE", &path,
                 "instead of this folder's");
    options_text(&options, "vkey", "KEY", &vkey_text,
                 "the log's verifier key, if not the one in the folder");
    status = options_read(cli, &options, argc, argv, 0, 0, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    err = key_path == NULL
              ? fail(&why, ERR_INPUT, "log cosign: --key FILE is needed")
              : ERR_NONE;
    if (err == ERR_NONE)
        err = desk_clock(cli, &now, &why);
    if (err == ERR_NONE)
        err = secret_read_key(cli, key_path, &key, &why);
    if (err == ERR_NONE)
        err = log_key(cli, vkey_text, &log, &why);
    if (err == ERR_NONE)
        err = read_checkpoint(cli, path, &bytes, &why);
    if (err == ERR_NONE)
        err = make_cosignature(&bytes, &log, key, now, &line, &why);
    if (err == ERR_NONE && cli->json)
        cli_print_json(cli, json_pack("{s:s}", "cosignature", buf_text(&line)));
    else if (err == ERR_NONE)
        fputs(buf_text(&line), cli->out);
    status = err == ERR_NONE ? 0 : cli_fail(cli, &why);
    key_close(key);
    buf_clear(&bytes);
    buf_clear(&line);
    return status;
}

/*
 * log add-cosignature: what the log does with it.
 */

/* The line that a witness sent: "— NAME BASE64". */
static enum err read_cosignature(const char *path, const struct vkey *witness,
                                 uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES],
                                 struct why *why)
{
    struct buf bytes = {0};
    struct buf whole = {0};
    struct note note;
    const struct note_signature *found = NULL;
    enum err err = file_read(path, CHECKPOINT_BYTES_MAX, &bytes, why);

    if (err == ERR_NONE) {
        /* A line is a note of which only the signature matters. */
        buf_addf(&whole, "cosignature\n\n%s", buf_text(&bytes));
        err = note_parse(whole.data, whole.len, &note, why);
        if (err != ERR_NONE)
            fail_within(why, err, "%s", path);
    }
    if (err == ERR_NONE)
        found = note_find(&note, witness);
    if (err == ERR_NONE &&
        (found == NULL ||
         !note_payload(found, payload, CHECKPOINT_COSIGNATURE_BYTES)))
        err = fail(why, ERR_INPUT, "%s: no cosignature by %s", path,
                   witness->name);
    buf_clear(&bytes);
    buf_clear(&whole);
    return err;
}

static int add_cosignature(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES];
    const char *vkey_text = NULL;
    struct words words;
    struct vkey witness;
    struct desk desk = {0};
    struct why why;
    enum err err;
    int status;

    options_text(&options, "vkey", "KEY", &vkey_text,
                 "the witness's verifier key");
    status = options_read(cli, &options, argc, argv, 1, 1, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    err = vkey_text == NULL ? fail(&why, ERR_INPUT,
                                   "log add-cosignature: --vkey KEY is needed")
                            : secret_vkey(vkey_text, &witness, &why);
    if (err == ERR_NONE)
        err = read_cosignature(words.item[0], &witness, payload, &why);
    if (err == ERR_NONE)
        err = desk_open(cli, SESSION_WRITE, &desk, &why);
    if (err == ERR_NONE)
        err = log_add_cosignature(desk.log, &witness, payload, &why);
    if (err == ERR_NONE && cli->json)
        desk_print_json(cli, &desk,
                        json_pack("{s:s}", "cosigned_by", witness.name));
    else if (err == ERR_NONE)
        fprintf(cli->out, "The checkpoint is cosigned by %s.\n", witness.name);
    status = err == ERR_NONE ? 0 : cli_fail(cli, &why);
    desk_close(&desk);
    return status;
}

static const struct command cosign_command = {
    "log cosign", cosign, "--key FILE [--checkpoint FILE --vkey KEY]",
    "print a witness's cosignature of the checkpoint"};
static const struct command add_command = {
    "log add-cosignature", add_cosignature, "FILE --vkey KEY",
    "add a witness's cosignature to the checkpoint"};

int cmd_log(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    const char *word = argc > 1 ? argv[1] : "";
    int status;

    if (strcmp(word, "cosign") == 0) {
        cli->command = &cosign_command;
        return cosign(cli, argc - 1, argv + 1);
    }
    if (strcmp(word, "add-cosignature") == 0) {
        cli->command = &add_command;
        return add_cosignature(cli, argc - 1, argv + 1);
    }
    status = options_read(cli, &options, argc, argv, 0, 1, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (strcmp(word, "vkey") == 0)
        return show_vkey(cli);
    if (strcmp(word, "checkpoint") == 0)
        return show_checkpoint(cli);
    return show_entries(cli, words.count == 0 ? NULL : words.item[0]);
}
