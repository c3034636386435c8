/*
 * found.c - `entente found`: a new log whose first entry is the charter.
 *
 * Everything is judged in memory first: a founding that is refused leaves no
 * file behind.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/founders.h"
#include "cli/secret.h"
#include "cli/write.h"
#include "record/act.h"

#include <inttypes.h>
#include <string.h>

enum { CHARTER_MAX = ACT_BYTES_MAX, VKEYS_MAX = 1 << 20 };

struct founding {
    const char *charter_path;
    const char *members_path;
    struct words vkeys;
    bool exercise;
    bool plain; /* no passphrase */
    struct buf text;
    struct charter *charter;
    json_t *body;
    struct key *log_key;
    struct key *registrar;
    struct when now;
};

/*
 * The officers' keys: files of verifier keys, a line each, or key files.
 */

static void add_vkey(json_t *keys, const struct vkey *vkey)
{
    char text[KEY_VKEY_SIZE];

    vkey_format(vkey, text);
    json_array_append_new(keys, json_string(text));
}

static enum err add_lines(const char *path, struct slice rest, json_t *keys,
                          struct why *why)
{
    struct slice line;
    struct vkey vkey;
    size_t number = 0;

    for (bool more = true; more;) {
        more = slice_line(&rest, &line);
        if (!more)
            line = rest;
        number++;
        if (line.len > 0 && line.at[line.len - 1] == '\r')
            line.len--;
        if (line.len == 0 || *line.at == '#')
            continue;
        if (vkey_parse(line, &vkey, why) != ERR_NONE)
            return fail_within(why, ERR_INPUT, "%s:%zu", path, number);
        add_vkey(keys, &vkey);
    }
    return ERR_NONE;
}

static enum err add_file(const char *path, json_t *keys, struct why *why)
{
    struct buf text = {0};
    struct vkey vkey;
    bool encrypted;
    enum err err = file_read(path, VKEYS_MAX, &text, why);

    if (err == ERR_NONE && key_peek(path, text.data, text.len, &vkey,
                                    &encrypted, NULL) == ERR_NONE)
        add_vkey(keys, &vkey);
    else if (err == ERR_NONE)
        err = add_lines(path, (struct slice){text.data, text.len}, keys, why);
    buf_clear(&text);
    return err;
}

/*
 * The act.
 */

static enum err make_key(const struct founding *f, const char *role,
                         struct key **key, struct why *why)
{
    struct buf name = {0};
    enum err err;

    buf_addf(&name, "%s/%s", f->charter->id, role);
    err = key_generate((struct slice){name.data, name.len}, KEY_ED25519, key,
                       why);
    buf_clear(&name);
    return err;
}

static enum err make_body(struct founding *f, struct why *why)
{
    const char *path = f->charter_path;
    json_t *members;
    json_t *keys = json_array();
    char registrar[KEY_VKEY_SIZE];

    f->body = json_object();
    json_set_new(f->body, "keys", keys);
    TRY(file_read(path, CHARTER_MAX, &f->text, why));
    TRY(charter_parse(path, buf_text(&f->text), f->text.len, &f->charter, why));
    TRY(founders_read(f->members_path, f->charter, &members, why));
    json_set_new(f->body, "members", members);
    for (size_t i = 0; i < f->vkeys.count; i++)
        TRY(add_file(f->vkeys.item[i], keys, why));
    TRY(make_key(f, "log", &f->log_key, why));
    TRY(make_key(f, "secretariat/registrar", &f->registrar, why));
    vkey_format(key_vkey(f->registrar), registrar);
    json_set_new(f->body, "charter", json_stringn(f->text.data, f->text.len));
    json_set_flag(f->body, "exercise", f->exercise);
    json_set_text(f->body, "secretariat", registrar);
    return ERR_NONE;
}

static enum err make_act(const struct founding *f, struct buf *act,
                         struct why *why)
{
    const struct act_draft draft = {.coalition = f->charter->id,
                                    .by = "secretariat/registrar",
                                    .kind = "founding",
                                    .nonce = 1,
                                    .seen_root = hash_empty(),
                                    .body = f->body};

    TRY(act_format(&draft, act, why));
    return act_sign(act, f->registrar, why);
}

/* The history of a log that does not exist yet. */
static enum err nothing_yet(void *ctx, uint64_t size, const struct hash *root,
                            bool *has, struct why *why)
{
    struct hash empty = hash_empty();

    (void)ctx;
    (void)why;
    *has = size == 0 && hash_same(root, &empty);
    return ERR_NONE;
}

static enum err judge(const struct founding *f, const struct buf *bytes,
                      struct why *why)
{
    const struct history history = {NULL, nothing_yet};
    struct state *state = state_open(NULL, NULL);
    struct institution *institution = NULL;
    struct act_signers signers;
    struct act act;
    enum err err = act_parse(bytes->data, bytes->len, &act, why);

    if (err == ERR_NONE)
        err = institution_open(state, &history, &institution, why);
    if (err == ERR_NONE)
        err = institution_signers(institution, &act, f->body, &signers, why);
    if (err == ERR_NONE)
        err = institution_judge(institution, &act, f->body, &signers, f->now, 0,
                                why);
    institution_close(institution);
    state_close(state);
    /* The judge knows the charter, not the file. */
    if (err != ERR_NONE && strncmp(why->text, "charter:", 8) == 0)
        fail_within(why, err, "%s", f->charter_path);
    return err;
}

/*
 * The folder.
 */

static enum err create(struct cli *cli, struct founding *f,
                       struct session **session, struct why *why)
{
    char *passphrase = NULL;
    char *path = cli_path(cli, "keys/secretariat/registrar.key");
    struct key *log_key = f->log_key;
    enum err err = ERR_NONE;

    if (file_exists(cli_path(cli, "log")) || file_exists(path))
        return fail(why, ERR_STATE, "%s: there is a log or its keys already",
                    cli_dir(cli));
    if (!f->plain)
        err = secret_ask(cli, "the keys of log and registrar", true,
                         &passphrase, why);
    if (err == ERR_NONE)
        err = file_make_folders(cli_path(cli, "keys/secretariat"), why);
    if (err == ERR_NONE)
        err = key_write(f->registrar, path, passphrase, KEY_COST_MODERATE, why);
    if (err == ERR_NONE) {
        f->log_key = NULL; /* taken */
        err = session_create(cli_dir(cli), log_key, passphrase,
                             KEY_COST_MODERATE, session, why);
    }
    secret_forget(passphrase);
    return err;
}

static int report(struct cli *cli, const struct founding *f,
                  struct session *session)
{
    struct log *log = session_log(session);
    char vkey[KEY_VKEY_SIZE];
    struct desk desk = {.exercise = f->exercise};
    size_t states = json_array_size(json_list(f->body, "members"));
    size_t keys = json_array_size(json_list(f->body, "keys"));

    vkey_format(log_vkey(log), vkey);
    if (cli->json) {
        desk_print_json(cli, &desk,
                        json_pack("{s:s,s:s,s:s,s:i,s:i,s:s}", "coalition",
                                  f->charter->id, "name", f->charter->name,
                                  "dir", cli_dir(cli), "states", (int)states,
                                  "keys", (int)keys, "vkey", vkey));
        return 0;
    }
    desk_head(cli, &desk, "%s (%s), version %" PRId64, f->charter->name,
              f->charter->id, f->charter->version);
    fprintf(cli->out,
            "Founded in %s by %zu states with %zu officers' keys.\n"
            "The log's verifier key, to be published:\n  %s\n"
            "Each state confirms by signing: entente sign --as STATE/ROLE\n",
            cli_dir(cli), states, keys, vkey);
    return 0;
}

static int submit(struct cli *cli, struct founding *f, const struct buf *act)
{
    struct session *session;
    struct receipt receipt;
    struct slice bytes = {act->data, act->len};
    struct why why;
    int status;
    enum err err = create(cli, f, &session, &why);

    if (err != ERR_NONE)
        return cli_fail(cli, &why);
    err = session_submit(session, &bytes, 1, f->now, &receipt, &why);
    if (err == ERR_NONE && !receipt.accepted) {
        why = receipt.why;
        err = why.code;
    }
    status = err == ERR_NONE ? report(cli, f, session) : cli_fail(cli, &why);
    session_close(session);
    return status;
}

static int found(struct cli *cli, struct founding *f)
{
    struct buf act = {0};
    struct why why;
    int status;
    enum err err = desk_clock(cli, &f->now, &why);

    if (err == ERR_NONE && cli->now != NULL && !f->exercise)
        err = fail(&why, ERR_INPUT,
                   "--now: only an exercise is written at another time than "
                   "the clock's");
    if (err == ERR_NONE)
        err = make_body(f, &why);
    if (err == ERR_NONE)
        err = make_act(f, &act, &why);
    if (err == ERR_NONE)
        err = judge(f, &act, &why);
    status = err == ERR_NONE ? submit(cli, f, &act) : cli_fail(cli, &why);
    buf_clear(&act);
    key_close(f->log_key);
    key_close(f->registrar);
    charter_close(f->charter);
    json_decref(f->body);
    buf_clear(&f->text);
    return status;
}

int cmd_found(struct cli *cli, int argc, char **argv)
{
    struct founding f = {0};
    struct options options = {0};
    struct words words;
    struct why why;
    int status;

    options_text(&options, "members", "FILE.csv", &f.members_path,
                 "the states: code, name, english, weights, groups (0/1)");
    options_files(&options, "vkeys", "FILE", &f.vkeys,
                  "verifier keys of their officers, a line each");
    options_flag(&options, "exercise", &f.exercise,
                 "every screen says EXERCISE; --now sets the time");
    options_flag(&options, "no-passphrase", &f.plain,
                 "do not encrypt the keys of log and registrar");
    status = options_read(cli, &options, argc, argv, 1, 1, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    f.charter_path = words.item[0];
    if (f.members_path == NULL || f.vkeys.count == 0) {
        fail(&why, ERR_INPUT, "usage: entente found %s", cli->command->usage);
        return cli_fail(cli, &why);
    }
    return found(cli, &f);
}
