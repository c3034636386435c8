/*
 * prove.c - `prove` and `check`: one small file that shows, offline, that
 * something stands in the log.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/find.h"
#include "cli/options.h"
#include "cli/secret.h"
#include "cli/tell.h"
#include "record/proof.h"

#include <inttypes.h>
#include <string.h>

/*
 * prove
 */

/* The published checkpoint is the one everybody else has seen. */
static enum err published_size(struct log *log, uint64_t *size, struct why *why)
{
    struct slice bytes = log_checkpoint(log);
    struct checkpoint checkpoint;

    TRY(checkpoint_open(bytes.at, bytes.len, log_vkey(log), &checkpoint, why));
    *size = checkpoint.size;
    return ERR_NONE;
}

static enum err make_proof(const struct desk *desk, uint64_t index,
                           struct buf *out, struct why *why)
{
    struct merkle_proof path;
    struct buf entry = {0};
    uint64_t size;
    enum err err;

    TRY(published_size(desk->log, &size, why));
    if (index >= size)
        return fail(why, ERR_STATE,
                    "it is due but not yet in the log; `entente advance` "
                    "enters it");
    TRY(log_prove_inclusion(desk->log, index, size, &path, why));
    err = log_entry(desk->log, index, &entry, why);
    if (err == ERR_NONE)
        proof_format(index, &path, (struct slice){entry.data, entry.len},
                     log_checkpoint(desk->log), out);
    buf_clear(&entry);
    return err;
}

static int write_proof(struct cli *cli, const struct desk *desk, uint64_t index,
                       const char *path)
{
    struct buf proof = {0};
    struct why why;
    enum err err = make_proof(desk, index, &proof, &why);

    if (err == ERR_NONE && path == NULL && !cli->json)
        fwrite(proof.data, 1, proof.len, cli->out);
    else if (err == ERR_NONE && path != NULL)
        err = file_write(path, proof.data, proof.len, 0644, false, &why);
    if (err == ERR_NONE && cli->json)
        desk_print_json(cli, desk,
                        json_pack("{s:I,s:s}", "entry", (json_int_t)index,
                                  path == NULL ? "proof" : "file",
                                  path == NULL ? proof.data : path));
    else if (err == ERR_NONE && path != NULL)
        fprintf(cli->out,
                "%s proves entry %" PRIu64 "; check it anywhere with\n"
                "  entente check %s --vkey \"$(entente log vkey)\"\n",
                path, index, path);
    buf_clear(&proof);
    return err == ERR_NONE ? 0 : cli_fail(cli, &why);
}

int cmd_prove(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    const char *out = NULL;
    struct words words;
    struct desk desk;
    struct why why;
    uint64_t index;
    int status;

    options_text(&options, "out", "FILE", &out, "else it is printed");
    status = options_read(cli, &options, argc, argv, 1, 1, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_READ, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (find_entry(&desk, words.item[0], &index, &why) != ERR_NONE)
        return desk_fail(cli, &desk, &why);
    status = write_proof(cli, &desk, index, out);
    desk_close(&desk);
    return status;
}

/*
 * check
 */

struct check {
    const char *vkey_text;
    const char *policy_path;
    const char *entry_path;
    struct policy *policy;
    struct buf bytes;
    struct proof proof;
    struct reading reading;
    struct policy_verdict *verdict;
};

static enum err read_policy(struct check *check, struct why *why)
{
    struct vkey vkey;
    enum err err = ERR_NONE;

    if (check->vkey_text != NULL)
        TRY(secret_vkey(check->vkey_text, &vkey, why));
    if (check->policy_path == NULL) {
        check->policy = policy_of_log(&vkey);
        return ERR_NONE;
    }
    TRY(policy_read(check->policy_path, &check->policy, why));
    if (check->vkey_text != NULL)
        err = policy_only_log(check->policy, &vkey, why);
    else if (policy_logs(check->policy) == 0)
        err = fail(why, ERR_INPUT,
                   "the policy names no log; say which with --vkey");
    return err == ERR_NONE ? ERR_NONE
                           : fail_within(why, err, "%s", check->policy_path);
}

/* The entry rides in the proof, or is a file of its own. */
static enum err read_entry(struct check *check, struct buf *entry,
                           struct why *why)
{
    if (check->entry_path != NULL)
        return file_read(check->entry_path, ENTRY_BYTES_MAX, entry, why);
    if (!check->proof.has_extra)
        return fail(why, ERR_INPUT,
                    "the proof does not carry its entry; name it with --entry");
    buf_add(entry, check->proof.extra.data, check->proof.extra.len);
    return ERR_NONE;
}

static enum err check_file(struct check *check, const char *path,
                           struct why *why)
{
    struct buf entry = {0};
    enum err err;

    TRY(read_policy(check, why));
    TRY(file_read(path, PROOF_BYTES_MAX, &check->bytes, why));
    err = proof_parse(buf_text(&check->bytes), check->bytes.len, &check->proof,
                      why);
    if (err == ERR_NONE)
        err = read_entry(check, &entry, why);
    if (err == ERR_NONE)
        err = proof_check(&check->proof, (struct slice){entry.data, entry.len},
                          check->policy, check->verdict, why);
    if (err == ERR_NONE)
        err = reading_of(&entry, &check->reading, why);
    buf_clear(&entry);
    return err == ERR_NONE ? ERR_NONE : fail_within(why, err, "%s", path);
}

static bool is_met(const struct check *check)
{
    return check->verdict->met;
}

static void say_witnesses(struct cli *cli, const struct check *check)
{
    const struct policy_verdict *verdict = check->verdict;

    for (size_t i = 0; i < verdict->count; i++) {
        char when[TELL_TIME_SIZE] = "";

        if (verdict->witness[i].cosigned)
            tell_when(verdict->witness[i].when, when);
        fprintf(cli->out, "  witness %s %s%s\n", verdict->witness[i].name,
                verdict->witness[i].cosigned ? "saw it at " : "did not sign",
                when);
    }
    if (verdict->count > 0)
        term_print(cli->out, is_met(check) ? INK_GREEN : INK_RED,
                   "  The quorum of witnesses is %s.\n",
                   is_met(check) ? "met" : "NOT met");
}

static void say_content(struct cli *cli, const struct check *check)
{
    const struct reading *reading = &check->reading;
    struct buf text = {0};
    char time[TELL_TIME_SIZE];

    tell_when(reading->entry.time, time);
    tell_entry(reading, &text);
    term_print(cli->out, INK_BOLD, "\nEntry %" PRIu64 ", %s UTC\n",
               check->proof.index, time);
    if (json_flag(reading->body, "exercise"))
        term_print(cli->out, INK_YELLOW,
                   "EXERCISE: acts, votes and words are invented\n");
    term_wrap(cli->out, 2, buf_text(&text));
    fputc('\n', cli->out);
    tell_body(cli->out, reading->body);
    buf_clear(&text);
}

static void say_proved(struct cli *cli, const struct check *check)
{
    const struct policy_verdict *verdict = check->verdict;
    const struct vkey *log = policy_log(check->policy, verdict->log);
    char root[HASH_TEXT_SIZE];

    hash_text(&verdict->checkpoint.root, root);
    term_print(cli->out, is_met(check) ? INK_GREEN : INK_RED, "%s\n",
               is_met(check) ? "Proved." : "Not proved.");
    fprintf(cli->out,
            "  The log %s signed a checkpoint of %" PRIu64
            " entries\n  (root %s),\n"
            "  and the entry below is one of them: the hashes lead from it to "
            "that root.\n",
            log->name, verdict->checkpoint.size, root);
    say_witnesses(cli, check);
    fprintf(
        cli->out, "  %s\n",
        check->reading.entry.type == ENTRY_ACT
            ? "It is an act; the log verified its officers' signatures when "
              "it entered it, and\n  everyone who replays the log does so "
              "again."
            : "It is an outcome, signed by no member: the log computed it, "
              "and everyone who\n  replays the log computes it again and "
              "compares.");
    say_content(cli, check);
}

static json_t *check_json(const struct check *check)
{
    const struct policy_verdict *verdict = check->verdict;
    char root[HASH_TEXT_SIZE];
    json_t *witnesses = json_array();

    hash_text(&verdict->checkpoint.root, root);
    for (size_t i = 0; i < verdict->count; i++) {
        json_t *witness =
            json_pack("{s:s,s:b}", "name", verdict->witness[i].name, "cosigned",
                      verdict->witness[i].cosigned);
        char when[WHEN_TEXT_SIZE];

        if (verdict->witness[i].cosigned) {
            when_format(verdict->witness[i].when, when);
            json_set_text(witness, "when", when);
        }
        json_array_append_new(witnesses, witness);
    }
    return json_pack("{s:b,s:s,s:I,s:s,s:o,s:o}", "proved", is_met(check),
                     "log", policy_log(check->policy, verdict->log)->name,
                     "size", (json_int_t)verdict->checkpoint.size, "root", root,
                     "witnesses", witnesses, "entry",
                     tell_json(&check->reading, check->proof.index));
}

static void clear_check(struct check *check)
{
    policy_close(check->policy);
    proof_clear(&check->proof);
    reading_close(&check->reading);
    buf_clear(&check->bytes);
    mem_free(check->verdict);
}

int cmd_check(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct check check = {0};
    struct words words;
    struct why why;
    int status;

    options_text(&options, "vkey", "KEY", &check.vkey_text,
                 "the log's verifier key, or a file with it");
    options_text(&options, "policy", "FILE", &check.policy_path,
                 "logs, witnesses and the quorum of them (C2SP tlog-policy)");
    options_text(&options, "entry", "FILE", &check.entry_path,
                 "the entry, when the proof does not carry it");
    status = options_read(cli, &options, argc, argv, 1, 1, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (check.vkey_text == NULL && check.policy_path == NULL) {
        fail(&why, ERR_INPUT, "usage: entente check %s", cli->command->usage);
        return cli_fail(cli, &why);
    }
    check.verdict = mem_new(1, sizeof *check.verdict);
    if (check_file(&check, words.item[0], &why) != ERR_NONE) {
        status = cli_fail(cli, &why);
    } else {
        if (cli->json)
            cli_print_json(cli, check_json(&check));
        else
            say_proved(cli, &check);
        status = is_met(&check) ? 0 : 1;
    }
    clear_check(&check);
    return status;
}
