/*
 * verify.c - `verify` and `rebuild`.
 */
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/options.h"
#include "cli/secret.h"
#include "record/verifier.h"

#include <inttypes.h>
#include <unistd.h>

static json_t *report_json(const struct verify_report *report, bool holds)
{
    char root[HASH_TEXT_SIZE];
    char digest[2 * HASH_BYTES + 1];
    json_t *json = json_object();

    hash_text(&report->root, root);
    text_hex(report->digest.b, HASH_BYTES, digest);
    json_set_flag(json, "holds", holds);
    json_set_int(json, "entries", (int64_t)report->entries);
    json_set_int(json, "acts", (int64_t)report->acts);
    json_set_int(json, "notifications", (int64_t)report->notifications);
    json_set_int(json, "signatures", (int64_t)report->signatures);
    if (report->bad_entry >= 0)
        json_set_int(json, "bad_entry", report->bad_entry);
    if (!holds)
        return json;
    json_set_text(json, "root", root);
    json_set_text(json, "state", digest);
    json_set_new(json, "tables_agree",
                 report->state_there ? json_boolean(report->state_matches)
                                     : json_null());
    return json;
}

static int say_bad(struct cli *cli, const struct verify_report *report,
                   const struct why *why)
{
    json_t *json;

    /* Not there, or not readable: nothing was found to be wrong. */
    if (why->code == ERR_ABSENT || why->code == ERR_SYSTEM)
        return cli_fail(cli, why);
    if (cli->json) {
        json = report_json(report, false);
        json_set_new(json, "error",
                     json_pack("{s:s,s:s}", "code", err_name(why->code), "text",
                               why->text));
        cli_print_json(cli, json);
    } else {
        fprintf(cli->err, "entente: the log does NOT hold: %s\n", why->text);
    }
    return 1;
}

/* Which says EXERCISE if it is one. */
static void say_whose(struct cli *cli)
{
    struct desk desk;

    if (desk_open(cli, SESSION_READ, &desk, NULL) != ERR_NONE)
        return;
    desk_mark(cli, &desk);
    desk_close(&desk);
}

static void print_json(struct cli *cli, json_t *json)
{
    struct desk desk;

    if (desk_open(cli, SESSION_READ, &desk, NULL) != ERR_NONE) {
        cli_print_json(cli, json);
        return;
    }
    desk_print_json(cli, &desk, json);
    desk_close(&desk);
}

static void say_good(struct cli *cli, const struct verify_report *report)
{
    char root[HASH_TEXT_SIZE];

    hash_text(&report->root, root);
    say_whose(cli);
    term_print(cli->out, INK_GREEN, "The log holds.");
    fprintf(cli->out,
            " %" PRIu64 " entries: %" PRIu64 " acts with %" PRIu64
            " signatures, %" PRIu64 " notifications.\n"
            "Every byte of every tile, every signature and judgement was "
            "checked again, every\noutcome computed again.\n"
            "root %s\n",
            report->entries, report->acts, report->signatures,
            report->notifications, root);
    if (!report->state_there)
        fprintf(cli->out, "There is no state.db here to be compared.\n");
    else if (!report->state_matches)
        term_print(cli->out, INK_YELLOW,
                   "state.db does not agree with the log; `entente rebuild` "
                   "makes it anew.\n");
}

/* Two cores by default, as many as there are on request. */
static enum err read_threads(const char *text, size_t *threads, struct why *why)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t number = cores < 2 ? 1 : 2;

    if (text != NULL &&
        (!text_parse_u64(slice_of(text), VERIFIER_THREADS_MAX, &number) ||
         number == 0))
        return fail(why, ERR_INPUT, "--threads: expected 1 to %d",
                    VERIFIER_THREADS_MAX);
    *threads = (size_t)number;
    return ERR_NONE;
}

int cmd_verify(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    const char *threads_text = NULL;
    const char *vkey_text = NULL;
    struct words words;
    struct verify_report report;
    struct vkey vkey;
    struct why why;
    size_t threads = 1;
    int status;

    options_text(&options, "threads", "N", &threads_text,
                 "cores that verify signatures");
    options_text(&options, "vkey", "KEY", &vkey_text,
                 "the log's verifier key, if not the one in the folder");
    status = options_read(cli, &options, argc, argv, 0, 0, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (read_threads(threads_text, &threads, &why) != ERR_NONE ||
        (vkey_text != NULL && secret_vkey(vkey_text, &vkey, &why) != ERR_NONE))
        return cli_fail(cli, &why);
    if (session_verify(cli_dir(cli), vkey_text == NULL ? NULL : &vkey, threads,
                       &report, &why) != ERR_NONE)
        return say_bad(cli, &report, &why);
    if (cli->json)
        print_json(cli, report_json(&report, true));
    else
        say_good(cli, &report);
    return report.state_matches || !report.state_there ? 0 : 1;
}

int cmd_rebuild(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    char *passphrase;
    uint64_t entries;
    struct why why;
    enum err err;
    int status = options_read(cli, &options, argc, argv, 0, 0, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    err = secret_of_file(cli, cli_path(cli, "keys/log.key"), &passphrase, &why);
    if (err == ERR_NONE)
        err = session_rebuild(cli_dir(cli), passphrase, &entries, &why);
    secret_forget(passphrase);
    if (err != ERR_NONE)
        return cli_fail(cli, &why);
    if (cli->json) {
        print_json(cli, json_pack("{s:I}", "entries", (json_int_t)entries));
        return 0;
    }
    say_whose(cli);
    fprintf(cli->out, "state.db was made anew from %" PRIu64 " entries.\n",
            entries);
    return 0;
}
