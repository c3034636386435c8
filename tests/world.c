#include "world.h"

#include "test.h"

#include "base/json.h"
#include "base/mem.h"
#include "record/entry.h"

#include <stdio.h>
#include <string.h>

/* ' stands for " in what is written here. */
static const char charter_text[] =
    "id: test.example\n"
    "name: A test\n"
    "version: 1\n"
    "articles:\n"
    "- {number: '1', title: Aims, text: To be tested.}\n"
    "- {number: '2', title: Duties, text: To be tested well.}\n"
    "- {number: '3', title: Arms, text: Each state keeps its own.}\n"
    "treaty:\n"
    "  signature: {until: 2026-02-01T00:00:00Z}\n"
    "  deposits: 3\n"
    "  delay: 10d\n"
    "  provisional: true\n"
    "  accession: {matter: admission}\n"
    "  withdrawal: {notice: 12 months}\n"
    "  reservations: {to: ['2'], acceptance: 12 months}\n"
    "  amendment: {matter: revision, acceptances: 2/3, delay: 10d}\n"
    "  suspension: {matter: discipline}\n"
    "  rekeying: {matter: discipline}\n"
    "proxies: {held: 1}\n"
    "presidency: {order: [B, A], term: 6 months}\n"
    "representation:\n"
    "  trio: {members: [A, B, C], needs: 2}\n"
    "weights: {money: money}\n"
    "groups: [affected]\n"
    "rules:\n"
    "  simple: {gt: 1/2}\n"
    "  act: {all: [{ge: 2/3}, {sum: money, ge: 60%}, "
    "{of: [no], in: affected, le: 0}], "
    "effects: {bound: [yes], exempt: [no, abstain, out, absent], "
    "opt_in: open}}\n"
    "  silence: {procedure: {silence: 72h, break: written, "
    "receipt: required}, default: {silent: yes}, of: [object], le: 0}\n"
    "  others: {in: {except: subject}, base: {except: subject}, ge: 2/3}\n"
    "matters:\n"
    "  routine: {title: Routine, rule: simple, period: 7d}\n"
    "  action: {title: Action, article: '2', rule: act, period: 7d, "
    "duration: 1 month, opt_out: true}\n"
    "  quiet: {title: Quiet, rule: silence}\n"
    "  admission: {title: Admission, rule: simple, period: 7d}\n"
    "  revision: {title: Revision, rule: simple, period: 7d}\n"
    "  discipline: {title: Discipline, rule: others, period: 7d}\n"
    "  arms: {title: Arms, article: '3', reserved: true}\n";

static enum err knows(void *ctx, uint64_t size, const struct hash *root,
                      bool *has, struct why *why)
{
    const struct world *world = ctx;

    (void)size;
    (void)root;
    (void)why;
    *has = !world->forked;
    return ERR_NONE;
}

static struct key *key_of(const char *name)
{
    struct hash seed = hash_bytes(name, strlen(name));
    struct key *key = NULL;
    struct why why;
    char full[128];

    snprintf(full, sizeof full, "test.example/%.*s", (int)strcspn(name, "#"),
             name);
    NEED(CHECK_OK(
        key_from_seed(slice_of(full), KEY_ED25519, seed.b, &key, &why), why));
    return key;
}

const char *world_vkey(const char *name)
{
    static char text[KEY_VKEY_SIZE];
    struct key *key = key_of(name);

    vkey_format(key_vkey(key), text);
    key_close(key);
    return text;
}

/* Whatever falls due can be entered, or the log would stop there. */
static void check_line(const json_t *due)
{
    char *line = institution_line(due);

    CHECK(strlen(line) <= ENTRY_PAYLOAD_MAX);
    mem_free(line);
}

const char *world_key_id(const char *name)
{
    static char text[128];
    struct key *key = key_of(name);

    snprintf(text, sizeof text, "%s+%08x",
             key_vkey(key)->name + strlen("test.example/"), key_vkey(key)->id);
    key_close(key);
    return text;
}

static void meet_deadlines(struct world *world)
{
    json_t *due;
    struct why why;

    for (;;) {
        NEED(CHECK_OK(
            institution_due(world->institution, world->now, &due, &why), why));
        if (due == NULL)
            return;
        check_line(due);
        institution_notify(world->institution, due, world->now, world->index);
        world->index++;
        if (strlen(world->notes) + 40 < sizeof world->notes) {
            strcat(world->notes, json_text(due, "kind"));
            strcat(world->notes, " ");
        }
        json_decref(due);
    }
}

/* Draft and sign: `by` names the officers, "+" between. */
static void write_act(uint64_t nonce, const char *by, const char *kind,
                      const json_t *body, struct buf *out)
{
    struct act_draft draft = {.coalition = "test.example",
                              .kind = kind,
                              .nonce = nonce,
                              .seen_root = hash_empty(),
                              .body = body};
    char officer[8][64];
    char by_name[64];
    size_t officers = 0;
    struct why why;
    struct slice rest = slice_of(by);
    struct slice one;

    do {
        if (!slice_cut(&rest, '+', &one)) {
            one = rest;
            rest.len = 0;
        }
        snprintf(officer[officers++], 64,
                 memchr(one.at, '/', one.len) ? "%.*s" : "%.*s/delegate",
                 (int)one.len, one.at);
    } while (rest.len > 0 && officers < 8);
    snprintf(by_name, sizeof by_name, "%.*s", (int)strcspn(officer[0], "#="),
             officer[0]);
    draft.by = by_name;
    NEED(CHECK_OK(act_format(&draft, out, &why), why));
    for (size_t i = 0; i < officers; i++) {
        const char *signer = strchr(officer[i], '=');
        struct key *key = key_of(signer == NULL ? officer[i] : signer + 1);

        NEED(CHECK_OK(act_sign(out, key, &why), why));
        key_close(key);
    }
}

static enum err judge_and_fold(struct world *world, const struct act *act,
                               const json_t *body, struct why *why)
{
    struct act_signers signers;

    TRY(institution_signers(world->institution, act, body, &signers, why));
    for (size_t i = 0; i < signers.count; i++)
        CHECK(act_is_signed_by(act, i, &signers.key[i]));
    TRY(institution_judge(world->institution, act, body, &signers, world->now,
                          world->index, why));
    institution_fold(world->institution, act, body, world->now, world->index);
    world->index++;
    return ERR_NONE;
}

enum err world_act_json(struct world *world, const char *by, const char *kind,
                        const json_t *body, struct why *why)
{
    struct buf bytes = {0};
    struct act *act = mem_new(1, sizeof *act);
    json_t *read = NULL;
    enum err err;

    if (institution_charter(world->institution) != NULL)
        meet_deadlines(world);
    write_act(++world->nonce, by, kind, body, &bytes);
    err = act_parse(bytes.data, bytes.len, act, why);
    if (err == ERR_NONE)
        err = act_body(act, &read, why);
    if (err == ERR_NONE)
        err = judge_and_fold(world, act, read, why);
    if (err == ERR_NONE)
        meet_deadlines(world);
    json_decref(read);
    mem_free(act);
    buf_clear(&bytes);
    return err;
}

/* JSON in which ' stands for ". */
static json_t *read_body(const char *body)
{
    char *text = mem_copy_text(body, strlen(body));
    json_t *json;

    for (char *p = text; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    json = json_loads(text, 0, NULL);
    mem_free(text);
    NEED(json != NULL);
    return json;
}

enum err world_act(struct world *world, const char *by, const char *kind,
                   const char *body, struct why *why)
{
    json_t *json = read_body(body);
    enum err err = world_act_json(world, by, kind, json, why);

    json_decref(json);
    return err;
}

struct slice world_signed(const char *by, const char *kind, const char *body,
                          uint64_t nonce)
{
    json_t *json = read_body(body);
    struct buf bytes = {0};

    write_act(nonce, by, kind, json, &bytes);
    json_decref(json);
    return (struct slice){bytes.data, bytes.len};
}

json_t *world_founding_body(const char *extra)
{
    static const char *const money[] = {"50", "20", "15", "10.5", "4.5"};
    struct buf text = {0};
    json_t *members = json_array();
    json_t *keys = json_array();
    json_t *body;

    buf_addf(&text, "%s%s", charter_text, extra);
    for (int i = 0; i < 5; i++) {
        char code[2] = {(char)('A' + i), '\0'};
        char name[16];

        json_array_append_new(members, json_pack("{s:s,s:s,s:{s:s}}", "code",
                                                 code, "name", code, "weights",
                                                 "money", money[i]));
        snprintf(name, sizeof name, "%s/delegate", code);
        json_array_append_new(keys, json_string(world_vkey(name)));
    }
    json_array_append_new(keys, json_string(world_vkey("A/minister")));
    body = json_pack("{s:s,s:b,s:o,s:o,s:s}", "charter", text.data, "exercise",
                     1, "members", members, "keys", keys, "secretariat",
                     world_vkey("secretariat/registrar"));
    buf_clear(&text);
    return body;
}

struct slice world_founding(void)
{
    json_t *body = world_founding_body("");
    struct buf bytes = {0};

    write_act(1, "secretariat/registrar", "founding", body, &bytes);
    json_decref(body);
    return (struct slice){bytes.data, bytes.len};
}

static struct when parse_time(const char *text)
{
    struct when when = {0};
    struct why why;

    NEED(CHECK_OK(when_parse(slice_of(text), &when, &why), why));
    return when;
}

static struct world *new_world(void)
{
    struct world *world = mem_new(1, sizeof *world);
    struct why why;

    world->state = state_open(NULL, NULL);
    world->history = (struct history){world, knows};
    world->now = parse_time("2026-01-05T00:00:00Z");
    NEED(CHECK_OK(institution_open(world->state, &world->history,
                                   &world->institution, &why),
                  why));
    return world;
}

enum err world_try_founding(const json_t *body, const char *by, struct why *why)
{
    struct world *world = new_world();
    enum err err = world_act_json(world, by, "founding", body, why);

    world_close(world);
    return err;
}

struct world *world_found(const json_t *body)
{
    struct world *world = new_world();
    struct why why;

    NEED(CHECK_OK(
        world_act_json(world, "secretariat/registrar", "founding", body, &why),
        why));
    return world;
}

struct world *world_open(const char *extra)
{
    json_t *body = world_founding_body(extra);
    struct world *world = world_found(body);

    json_decref(body);
    return world;
}

void world_close(struct world *world)
{
    institution_close(world->institution);
    state_close(world->state);
    mem_free(world);
}

struct world *world_in_force(const char *extra)
{
    struct world *world = world_open(extra);

    for (char code = 'A'; code <= 'E'; code++) {
        char by[2] = {code, '\0'};

        ACT_OK(world, by, "signature", "{}");
    }
    for (char code = 'A'; code <= 'E'; code++) {
        char by[2] = {code, '\0'};

        ACT_OK(world, by, "ratification", "{}");
    }
    world_wait(world, "2026-01-15T00:00:00Z");
    world->notes[0] = '\0';
    return world;
}

void world_wait(struct world *world, const char *until)
{
    if (until != NULL)
        world->now = parse_time(until);
    meet_deadlines(world);
}

const char *world_text(struct world *world, const char *kind, const char *id,
                       const char *field)
{
    const char *text = json_text(state_get(world->state, kind, id), field);

    return text == NULL ? "" : text;
}

const char *world_list(struct world *world, const char *kind, const char *id,
                       const char *field)
{
    static char text[4096];
    const json_t *list = json_list(state_get(world->state, kind, id), field);

    text[0] = '\0';
    for (size_t i = 0; i < json_array_size(list); i++) {
        strcat(text, i == 0 ? "" : " ");
        strcat(text, json_string_value(json_array_get(list, i)));
    }
    return text;
}
