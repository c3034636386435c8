#include "cli/write.h"

#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/secret.h"
#include "cli/tell.h"
#include "record/act.h"
#include "record/checkpoint.h"

#include <inttypes.h>
#include <string.h>

enum { OFFICER_SIZE = 130, SIGNERS_MAX = 16 };

void write_options(struct options *options, struct write *write)
{
    options_list(options, "as", "STATE/ROLE", &write->as,
                 "who acts; again for each officer who signs too");
    options_list(options, "key", "FILE", &write->key,
                 "a key file that signs (instead of or besides --as)");
    options_text(options, "expires", "TIME", &write->expires,
                 "refused by the log from then on");
    options_text(options, "sign-only", "FILE", &write->sign_only,
                 "write the signed act there (- prints it), submit nothing");
    options_text(options, "nonce", "N", &write->nonce,
                 "instead of the officer's next one");
    options_text(options, "checkpoint", "FILE", &write->checkpoint,
                 "where there is no log: the checkpoint that was seen");
    options_text(options, "vkey", "KEY", &write->vkey,
                 "where there is no log: its verifier key");
}

/*
 * Signers.
 */

struct signers {
    struct key *key[SIGNERS_MAX];
    size_t count;
};

static void close_signers(struct signers *signers)
{
    for (size_t i = 0; i < signers->count; i++)
        key_close(signers->key[i]);
    signers->count = 0;
}

static enum err add_signer(struct cli *cli, const char *path,
                           struct signers *signers, struct why *why)
{
    if (signers->count == SIGNERS_MAX)
        return fail(why, ERR_LIMIT, "more than %d signers", SIGNERS_MAX);
    TRY(secret_read_key(cli, path, &signers->key[signers->count], why));
    signers->count++;
    return ERR_NONE;
}

/* Is `officer` ("FR/delegate") among the keys given by file? */
static bool is_given(const struct signers *signers, const char *officer)
{
    size_t len = strlen(officer);

    for (size_t i = 0; i < signers->count; i++) {
        const char *name = key_vkey(signers->key[i])->name;
        size_t whole = strlen(name);

        if (whole > len && name[whole - len - 1] == '/' &&
            strcmp(name + whole - len, officer) == 0)
            return true;
    }
    return false;
}

static enum err read_all(struct cli *cli, const struct write *write,
                         struct signers *signers, struct why *why)
{
    for (size_t i = 0; i < write->key.count; i++)
        TRY(add_signer(cli, write->key.item[i], signers, why));
    for (size_t i = 0; i < write->as.count; i++) {
        char *path;

        if (is_given(signers, write->as.item[i]))
            continue;
        TRY(secret_path(cli, write->as.item[i], &path, why));
        if (!file_exists(path))
            return fail(why, ERR_ABSENT,
                        "%s: there is no key of %s on this machine", path,
                        write->as.item[i]);
        TRY(add_signer(cli, path, signers, why));
    }
    if (signers->count == 0)
        return fail(why, ERR_INPUT,
                    "%s: who acts? --as STATE/ROLE or --key FILE",
                    cli->command->name);
    return ERR_NONE;
}

static enum err read_signers(struct cli *cli, const struct write *write,
                             struct signers *signers, struct why *why)
{
    enum err err;

    signers->count = 0;
    err = read_all(cli, write, signers, why);
    if (err != ERR_NONE)
        close_signers(signers);
    return err;
}

static enum err sign(const struct signers *signers, struct buf *act,
                     struct why *why)
{
    for (size_t i = 0; i < signers->count; i++)
        TRY(act_sign(act, signers->key[i], why));
    return ERR_NONE;
}

enum err write_sign(struct cli *cli, const struct write *write, struct buf *act,
                    struct why *why)
{
    struct signers signers;
    enum err err;

    TRY(read_signers(cli, write, &signers, why));
    err = sign(&signers, act, why);
    close_signers(&signers);
    return err;
}

/*
 * Drafting.
 */

/* "willing.example/FR/delegate" -> "FR/delegate". */
static enum err officer_of(const struct key *key, const char *coalition,
                           char officer[OFFICER_SIZE], struct why *why)
{
    const char *name = key_vkey(key)->name;
    size_t len = strlen(coalition);

    if (strncmp(name, coalition, len) != 0 || name[len] != '/' ||
        strlen(name + len + 1) >= OFFICER_SIZE)
        return fail(why, ERR_AUTHORITY, "key '%s' is none of %s", name,
                    coalition);
    snprintf(officer, OFFICER_SIZE, "%s", name + len + 1);
    return ERR_NONE;
}

static enum err set_nonce(const struct write *write, struct state *state,
                          struct act_draft *draft, struct why *why)
{
    if (write->nonce != NULL) {
        if (!text_parse_u64(slice_of(write->nonce), ACT_NONCE_MAX,
                            &draft->nonce))
            return fail(why, ERR_INPUT,
                        "--nonce: expected a whole number below 2^53");
        return ERR_NONE;
    }
    if (state == NULL)
        return fail(why, ERR_INPUT,
                    "--nonce N is needed where no log is: one "
                    "that %s has not used",
                    draft->by);
    draft->nonce =
        (uint64_t)json_int(state_get(state, "nonce", draft->by), "last", 0) + 1;
    return ERR_NONE;
}

static enum err set_expiry(const struct write *write, struct act_draft *draft,
                           struct why *why)
{
    draft->has_expires = write->expires != NULL;
    if (draft->has_expires &&
        when_parse(slice_of(write->expires), &draft->expires, why) != ERR_NONE)
        return fail_within(why, ERR_INPUT, "--expires");
    return ERR_NONE;
}

/* Fill in the rest of a draft and sign it.
 *   state  in  NULL: there is no log here */
static enum err draft_act(const struct write *write,
                          const struct signers *signers, struct state *state,
                          const struct act_draft *seen, struct buf *act,
                          struct why *why)
{
    struct act_draft draft = *seen;
    char officer[OFFICER_SIZE];

    TRY(officer_of(signers->key[0], draft.coalition, officer, why));
    draft.by = write->as.count > 0 ? write->as.item[0] : officer;
    TRY(set_nonce(write, state, &draft, why));
    TRY(set_expiry(write, &draft, why));
    TRY(act_format(&draft, act, why));
    return sign(signers, act, why);
}

/* From a checkpoint that somebody brought: <coalition>/log. */
static enum err draft_offline(const struct write *write,
                              const struct signers *signers,
                              struct act_draft *draft, struct buf *act,
                              struct why *why)
{
    struct buf bytes = {0};
    struct checkpoint checkpoint;
    struct vkey vkey;
    struct buf coalition = {0};
    enum err err;

    if (write->vkey == NULL)
        return fail(why, ERR_INPUT,
                    "--checkpoint needs --vkey, the log's verifier key");
    TRY(secret_vkey(write->vkey, &vkey, why));
    err = file_read(write->checkpoint, CHECKPOINT_BYTES_MAX, &bytes, why);
    if (err == ERR_NONE)
        err = checkpoint_open(bytes.data, bytes.len, &vkey, &checkpoint, why);
    if (err == ERR_NONE) {
        buf_add(&coalition, vkey.name, strlen(vkey.name));
        if (coalition.len > 4 &&
            strcmp(coalition.data + coalition.len - 4, "/log") == 0)
            coalition.data[coalition.len - 4] = '\0';
        draft->coalition = coalition.data;
        draft->seen_size = checkpoint.size;
        draft->seen_root = checkpoint.root;
        err = draft_act(write, signers, NULL, draft, act, why);
    }
    buf_clear(&bytes);
    buf_clear(&coalition);
    return err;
}

static enum err draft_here(const struct desk *desk, const struct write *write,
                           const struct signers *signers,
                           struct act_draft *draft, struct buf *act,
                           struct why *why)
{
    draft->coalition = desk->charter->id;
    draft->seen_size = log_size(desk->log);
    draft->seen_root = log_root(desk->log);
    return draft_act(write, signers, desk->state, draft, act, why);
}

/*
 * Reporting.
 */

json_t *write_result(const struct receipt *receipt, struct slice bytes)
{
    json_t *json = json_object();
    struct act act;
    char id[2 * HASH_BYTES + 1];

    json_set_flag(json, "accepted", receipt->accepted);
    if (receipt->accepted)
        json_set_int(json, "entry", (int64_t)receipt->index);
    if (act_parse(bytes.at, bytes.len, &act, NULL) == ERR_NONE) {
        text_hex(act.id.b, HASH_BYTES, id);
        json_set_text(json, "id", id);
        json_set_new(json, "kind", json_stringn(act.kind.at, act.kind.len));
        json_set_new(json, "by", json_stringn(act.by.at, act.by.len));
    }
    if (!receipt->accepted)
        json_set_new(json, "error",
                     json_pack("{s:s,s:s}", "code", err_name(receipt->why.code),
                               "text", receipt->why.text));
    return json;
}

static void print_entry(struct cli *cli, const struct reading *reading,
                        uint64_t index)
{
    struct buf text = {0};
    bool act = reading->entry.type == ENTRY_ACT;

    tell_entry(reading, &text);
    term_print(cli->out, act ? INK_GREEN : INK_YELLOW, "%s",
               act ? "accepted" : "  so    ");
    term_print(cli->out, INK_PLAIN, "  [%" PRIu64 "] %s\n", index,
               buf_text(&text));
    buf_clear(&text);
}

enum err write_tell_news(struct cli *cli, const struct desk *desk,
                         uint64_t from, json_t *followed, struct why *why)
{
    for (uint64_t i = from; i < log_size(desk->log); i++) {
        struct reading reading;

        TRY(reading_open(desk->log, i, &reading, why));
        if (!cli->json)
            print_entry(cli, &reading, i);
        else if (reading.entry.type == ENTRY_NOTIFICATION)
            json_array_append_new(followed, tell_json(&reading, i));
        reading_close(&reading);
    }
    return ERR_NONE;
}

/* The number that the act's thing was given: 2026-001, R-1, S-2. */
static bool number_given(const struct desk *desk, const char *kind,
                         const struct receipt *receipt, char number[40])
{
    const json_t *numbers =
        json_map(state_get(desk->state, "coalition", "coalition"), "numbers");
    char time[WHEN_TEXT_SIZE];
    char series[40];

    if (!receipt->accepted)
        return false;
    when_format(desk->now, time);
    snprintf(series, sizeof series, "proposal %.4s", time);
    if (strcmp(kind, "proposal") == 0)
        snprintf(number, 40, "%.4s-%03lld", time,
                 (long long)json_int(numbers, series, 0));
    else if (strcmp(kind, "reservation") == 0 || strcmp(kind, "statement") == 0)
        snprintf(number, 40, "%c-%lld", kind[0] == 'r' ? 'R' : 'S',
                 (long long)json_int(numbers, kind, 0));
    else
        return false;
    return json_int(state_get(desk->state, kind, number), "entry", -1) ==
           (int64_t)receipt->index;
}

static int report(struct cli *cli, const struct desk *desk, uint64_t before,
                  const char *kind, const struct receipt *receipt,
                  const struct buf *act)
{
    struct why why;
    json_t *result = write_result(receipt, (struct slice){act->data, act->len});
    json_t *followed = json_array();
    char number[40];
    bool numbered = number_given(desk, kind, receipt, number);
    enum err err;

    if (!cli->json)
        desk_mark(cli, desk);
    err = write_tell_news(cli, desk, before, followed, &why);

    json_set_new(result, "followed", followed);
    if (numbered)
        json_set_text(result, "number", number);
    if (err != ERR_NONE) {
        json_decref(result);
        return cli_fail(cli, &why);
    }
    if (cli->json) {
        desk_print_json(cli, desk, result);
    } else {
        json_decref(result);
        if (!receipt->accepted)
            fprintf(cli->err, "entente: refused: %s\n", receipt->why.text);
        else if (numbered)
            fprintf(cli->out, "It is number %s.\n", number);
    }
    return receipt->accepted ? 0 : cli_status(receipt->why.code);
}

/*
 * The whole way.
 */

static enum err keep(struct cli *cli, const char *path, const struct buf *act,
                     struct why *why)
{
    if (strcmp(path, "-") == 0) {
        fwrite(act->data, 1, act->len, cli->out);
        return ERR_NONE;
    }
    TRY(file_create(path, act->data, act->len, 0644, why));
    if (cli->json)
        cli_print_json(cli, json_pack("{s:s}", "signed", path));
    else
        fprintf(cli->out,
                "signed: %s\n`entente cosign` adds a signature, `entente "
                "submit` submits it.\n",
                path);
    return ERR_NONE;
}

static enum err sign_only(struct cli *cli, const struct write *write,
                          const struct signers *signers,
                          struct act_draft *draft, struct why *why)
{
    struct buf act = {0};
    struct desk desk;
    enum err err;

    if (write->checkpoint != NULL) {
        err = draft_offline(write, signers, draft, &act, why);
    } else {
        TRY(desk_open(cli, SESSION_READ, &desk, why));
        err = draft_here(&desk, write, signers, draft, &act, why);
        desk_close(&desk);
    }
    if (err == ERR_NONE)
        err = keep(cli, write->sign_only, &act, why);
    buf_clear(&act);
    return err;
}

static int submit(struct cli *cli, const struct write *write,
                  const struct signers *signers, struct act_draft *draft)
{
    struct buf act = {0};
    struct receipt receipt;
    struct slice bytes;
    struct desk desk;
    struct why why;
    uint64_t before;
    int status;
    enum err err = desk_open(cli, SESSION_WRITE, &desk, &why);

    if (err != ERR_NONE)
        return cli_fail(cli, &why);
    before = log_size(desk.log);
    err = draft_here(&desk, write, signers, draft, &act, &why);
    bytes = (struct slice){act.data, act.len};
    if (err == ERR_NONE)
        err = session_submit(desk.session, &bytes, 1, desk.now, &receipt, &why);
    status = err == ERR_NONE
                 ? report(cli, &desk, before, draft->kind, &receipt, &act)
                 : cli_fail(cli, &why);
    buf_clear(&act);
    desk_close(&desk);
    return status;
}

int write_act(struct cli *cli, const struct write *write, const char *kind,
              const json_t *body)
{
    struct act_draft draft = {.kind = kind, .body = body};
    struct signers signers;
    struct why why;
    int status = 0;

    if (write->checkpoint != NULL && write->sign_only == NULL) {
        fail(&why, ERR_INPUT, "--checkpoint is for --sign-only");
        return cli_fail(cli, &why);
    }
    if (read_signers(cli, write, &signers, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (write->sign_only == NULL)
        status = submit(cli, write, &signers, &draft);
    else if (sign_only(cli, write, &signers, &draft, &why) != ERR_NONE)
        status = cli_fail(cli, &why);
    close_signers(&signers);
    return status;
}
