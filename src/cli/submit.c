/*
 * submit.c - `submit`, `cosign`, `advance`: acts that exist as files.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/write.h"
#include "record/act.h"

#include <inttypes.h>
#include <string.h>

/*
 * A bundle: acts one after the other, each with its length before it as two
 * bytes, big-endian. (As entries stand in a tile of C2SP tlog-tiles.)
 */

enum { BUNDLE_MAX = 1 << 30 };

/* Acts about to be submitted as groups. */
struct batch {
    struct cli *cli;
    struct desk desk;
    struct slice act[SESSION_GROUP_MAX];
    const char *name[SESSION_GROUP_MAX]; /* of its file, or NULL */
    struct receipt receipt[SESSION_GROUP_MAX];
    size_t count;
    uint64_t done; /* acts of earlier groups */
    uint64_t accepted;
    uint64_t refused;
    int status; /* of the first refused */
};

static void print_result(struct batch *batch, size_t i)
{
    struct cli *cli = batch->cli;
    const struct receipt *receipt = &batch->receipt[i];
    uint64_t number = batch->done + i;
    json_t *json;

    if (cli->json) {
        json = write_result(receipt, batch->act[i]);
        json_set_int(json, "act", (int64_t)number);
        if (batch->name[i] != NULL)
            json_set_text(json, "file", batch->name[i]);
        desk_print_json(cli, &batch->desk, json);
    } else if (!receipt->accepted) {
        if (batch->name[i] != NULL)
            fprintf(cli->err, "entente: %s: refused: %s\n", batch->name[i],
                    receipt->why.text);
        else
            fprintf(cli->err, "entente: act %" PRIu64 ": refused: %s\n", number,
                    receipt->why.text);
    } else if (batch->name[i] != NULL) {
        fprintf(cli->out, "accepted  [%" PRIu64 "] %s\n", receipt->index,
                batch->name[i]);
    }
}

/* Submit what has been gathered; results are out before the next group. */
static enum err flush(struct batch *batch, struct why *why)
{
    if (batch->count == 0)
        return ERR_NONE;
    TRY(session_submit(batch->desk.session, batch->act, batch->count,
                       batch->desk.now, batch->receipt, why));
    for (size_t i = 0; i < batch->count; i++) {
        print_result(batch, i);
        batch->accepted += batch->receipt[i].accepted;
        batch->refused += !batch->receipt[i].accepted;
        if (!batch->receipt[i].accepted && batch->status == 0)
            batch->status = cli_status(batch->receipt[i].why.code);
    }
    fflush(batch->cli->out);
    batch->done += batch->count;
    batch->count = 0;
    return ERR_NONE;
}

static enum err add(struct batch *batch, struct slice act, const char *name,
                    struct why *why)
{
    if (batch->count == SESSION_GROUP_MAX)
        TRY(flush(batch, why));
    batch->act[batch->count] = act;
    batch->name[batch->count] = name;
    batch->count++;
    return ERR_NONE;
}

static enum err submit_bundle(struct batch *batch, const char *path,
                              const struct buf *bytes, struct why *why)
{
    size_t at = 0;

    while (at < bytes->len) {
        const uint8_t *length = (const uint8_t *)bytes->data + at;
        size_t left = bytes->len - at;
        size_t len = left < 2 ? 0 : (size_t)length[0] << 8 | length[1];

        if (left < 2 + len || len == 0)
            return fail(why, ERR_INPUT,
                        "%s: act %" PRIu64 " is cut off (byte %zu)", path,
                        batch->done + batch->count, at);
        TRY(add(batch, (struct slice){bytes->data + at + 2, len}, NULL, why));
        at += 2 + len;
    }
    return flush(batch, why);
}

/* Files are read group by group, so that any number will do. */
static enum err submit_files(struct batch *batch, const struct words *files,
                             struct buf *bytes, struct why *why)
{
    for (size_t i = 0; i < files->count; i++) {
        size_t at = i % SESSION_GROUP_MAX;

        if (at == 0)
            TRY(flush(batch, why));
        buf_reset(&bytes[at]);
        TRY(file_read(files->item[i], ACT_BYTES_MAX + 1, &bytes[at], why));
        TRY(add(batch, (struct slice){buf_text(&bytes[at]), bytes[at].len},
                files->item[i], why));
    }
    return flush(batch, why);
}

static void summarize(const struct batch *batch)
{
    if (!batch->cli->json && batch->done != 1)
        fprintf(batch->cli->out,
                "%" PRIu64 " accepted, %" PRIu64 " refused; the log has "
                "%" PRIu64 " entries\n",
                batch->accepted, batch->refused, log_size(batch->desk.log));
}

static int submit(struct batch *batch, const char *bundle,
                  const struct words *files)
{
    struct buf whole = {0};
    struct buf *bytes = mem_new(SESSION_GROUP_MAX, sizeof *bytes);
    struct why why;
    enum err err;

    err = bundle == NULL ? submit_files(batch, files, bytes, &why)
                         : file_read(bundle, BUNDLE_MAX, &whole, &why);
    if (bundle != NULL && err == ERR_NONE)
        err = submit_bundle(batch, bundle, &whole, &why);
    for (size_t i = 0; i < SESSION_GROUP_MAX; i++)
        buf_clear(&bytes[i]);
    mem_free(bytes);
    buf_clear(&whole);
    if (err != ERR_NONE)
        return cli_fail(batch->cli, &why);
    summarize(batch);
    return batch->status;
}

int cmd_submit(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    const char *bundle = NULL;
    struct words files;
    struct batch *batch;
    struct why why;
    int status;

    options_text(&options, "bundle", "FILE", &bundle,
                 "many acts in one file, each after its length as two bytes");
    status = options_read(cli, &options, argc, argv, 0, SIZE_MAX, &files);
    if (status != OPTIONS_GO_ON)
        return status;
    if ((files.count > 0) == (bundle != NULL)) {
        fail(&why, ERR_INPUT, "usage: entente submit %s", cli->command->usage);
        return cli_fail(cli, &why);
    }
    batch = mem_new(1, sizeof *batch);
    batch->cli = cli;
    if (desk_open(cli, SESSION_WRITE, &batch->desk, &why) != ERR_NONE) {
        mem_free(batch);
        return cli_fail(cli, &why);
    }
    if (!cli->json)
        desk_mark(cli, &batch->desk);
    status = submit(batch, bundle, &files);
    desk_close(&batch->desk);
    mem_free(batch);
    return status;
}

/*
 * cosign: needs the file and a key, no log.
 */

static enum err cosign(struct cli *cli, const struct write *write,
                       const char *path, struct why *why)
{
    struct buf bytes = {0};
    enum err err = file_read(path, ACT_BYTES_MAX + 1, &bytes, why);

    if (err == ERR_NONE)
        err = write_sign(cli, write, &bytes, why);
    if (err == ERR_NONE && strcmp(path, "-") == 0)
        fwrite(bytes.data, 1, bytes.len, cli->out);
    else if (err == ERR_NONE)
        err = file_write(path, bytes.data, bytes.len, 0644, true, why);
    if (err != ERR_NONE)
        fail_within(why, err, "cosign");
    buf_clear(&bytes);
    return err;
}

int cmd_cosign(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct write write = {0};
    struct words words;
    struct why why;
    int status;

    options_list(&options, "as", "STATE/ROLE", &write.as,
                 "the officer who signs");
    options_list(&options, "key", "FILE", &write.key, "or the key file");
    status = options_read(cli, &options, argc, argv, 1, 1, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (cosign(cli, &write, words.item[0], &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (cli->json)
        cli_print_json(cli, json_pack("{s:s}", "signed", words.item[0]));
    else if (strcmp(words.item[0], "-") != 0)
        fprintf(cli->out, "signed: %s\n", words.item[0]);
    return 0;
}

/*
 * advance: enter what is due.
 */

int cmd_advance(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct why why;
    json_t *followed;
    uint64_t before;
    size_t count = 0;
    enum err err;
    int status = options_read(cli, &options, argc, argv, 0, 0, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_WRITE, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    before = log_size(desk.log);
    followed = json_array();
    if (!cli->json)
        desk_mark(cli, &desk);
    err = session_advance(desk.session, desk.now, &count, &why);
    if (err == ERR_NONE)
        err = write_tell_news(cli, &desk, before, followed, &why);
    if (err == ERR_NONE && cli->json)
        desk_print_json(cli, &desk, json_pack("{s:O}", "followed", followed));
    else if (err == ERR_NONE && count == 0)
        fprintf(cli->out, "Nothing is due.\n");
    json_decref(followed);
    status = err == ERR_NONE ? 0 : cli_fail(cli, &why);
    desk_close(&desk);
    return status;
}
