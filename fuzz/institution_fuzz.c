/*
 * institution_fuzz.c - hostile acts against a coalition of three.
 *
 * A line is an act: state, kind, seconds that pass before it, JSON body. The
 * signatures are taken as verified. Nothing crashes; a refusal leaves the
 * state as it was.
 */
#include "base/json.h"
#include "base/mem.h"
#include "institution/institution.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 64, PASS_MAX = 400 * 86400 };

static const char charter[] =
    "id: fuzz.example\n"
    "name: Fuzz\n"
    "version: 1\n"
    "articles: [{number: '1', title: t, text: x}]\n"
    "treaty:\n"
    "  deposits: 2\n"
    "  delay: 1h\n"
    "  provisional: true\n"
    "  accession: {open: true}\n"
    "  withdrawal: {notice: 1 month}\n"
    "  reservations: {to: all, acceptance: 1 month}\n"
    "  amendment: {matter: m, acceptances: 1/2, delay: 1h}\n"
    "  suspension: {matter: m}\n"
    "  rekeying: {matter: m}\n"
    "proxies: {held: 1}\n"
    "presidency: {order: [A, B], term: 1 month}\n"
    "representation: {duo: {members: [A, B], needs: 2}}\n"
    "groups: [g]\n"
    "rules:\n"
    "  r: {gt: 1/2}\n"
    "  s: {procedure: {silence: 1h, break: written, receipt: required},"
    " default: {silent: yes}, of: [object], le: 0}\n"
    "  o: {in: {except: subject}, base: {except: subject}, ge: 1/2}\n"
    "matters:\n"
    "  m: {title: m, rule: r, period: 1h, opt_out: true}\n"
    "  q: {title: q, rule: s}\n"
    "  o: {title: o, rule: o, period: 1h, duration: 1d}\n"
    "  n: {title: n, article: '1', reserved: true}\n";

static const char *const names[] = {"A/d", "B/d", "C/d"};

struct stage {
    struct state *state;
    struct institution *institution;
    struct when now;
    uint64_t index;
    uint64_t nonce;
};

static enum err knows(void *ctx, uint64_t size, const struct hash *root,
                      bool *has, struct why *why)
{
    (void)ctx;
    (void)size;
    (void)root;
    (void)why;
    *has = true;
    return ERR_NONE;
}

static struct vkey vkey_of(const char *name)
{
    struct buf full = {0};
    struct hash bytes = hash_bytes(name, strlen(name));
    struct vkey key;

    buf_addf(&full, "fuzz.example/%s", name);
    if (vkey_make(slice_of(full.data), KEY_ED25519, bytes.b, &key, NULL) !=
        ERR_NONE)
        abort();
    buf_clear(&full);
    return key;
}

static void meet_deadlines(struct stage *stage)
{
    json_t *due;

    for (;;) {
        if (institution_due(stage->institution, stage->now, &due, NULL) !=
                ERR_NONE ||
            due == NULL)
            return;
        institution_notify(stage->institution, due, stage->now, stage->index++);
        json_decref(due);
    }
}

static struct act make_act(const char *name, struct slice kind, uint64_t nonce)
{
    struct act act = {.coalition = slice_of("fuzz.example"),
                      .by = slice_of(name),
                      .kind = kind,
                      .nonce = nonce,
                      .count = 1};
    struct vkey key = vkey_of(name);

    act.by_role = act.by;
    slice_cut(&act.by_role, '/', &act.by_state);
    act.signature[0].by = act.by;
    act.signature[0].name = act.by;
    act.signature[0].key_id = key.id;
    return act;
}

static bool put(struct stage *stage, const char *name, struct slice kind,
                const json_t *body)
{
    struct act act = make_act(name, kind, ++stage->nonce);
    struct act_signers signers;
    struct why why;

    if (institution_signers(stage->institution, &act, body, &signers, &why) !=
            ERR_NONE ||
        institution_judge(stage->institution, &act, body, &signers, stage->now,
                          stage->index, &why) != ERR_NONE)
        return false;
    institution_fold(stage->institution, &act, body, stage->now,
                     stage->index++);
    return true;
}

static void found(struct stage *stage)
{
    char text[KEY_VKEY_SIZE];
    struct vkey registrar = vkey_of("secretariat/r");
    json_t *members = json_array();
    json_t *keys = json_array();
    json_t *body;
    struct act act;
    struct act_signers signers = {.count = 1, .key = {registrar}};
    struct why why;

    for (size_t i = 0; i < 3; i++) {
        char code[2] = {names[i][0], '\0'};
        struct vkey key = vkey_of(names[i]);

        vkey_format(&key, text);
        json_array_append_new(
            members, json_pack("{s:s,s:s}", "code", code, "name", code));
        json_array_append_new(keys, json_string(text));
    }
    vkey_format(&registrar, text);
    body = json_pack("{s:s,s:b,s:o,s:o,s:s}", "charter", charter, "exercise", 1,
                     "members", members, "keys", keys, "secretariat", text);
    act = make_act("secretariat/r", slice_of("founding"), 1);
    if (institution_judge(stage->institution, &act, body, &signers, stage->now,
                          0, &why) != ERR_NONE)
        abort();
    institution_fold(stage->institution, &act, body, stage->now,
                     stage->index++);
    json_decref(body);
}

static void play_line(struct stage *stage, struct slice line)
{
    struct slice by;
    struct slice kind;
    struct slice pass;
    uint64_t seconds;
    json_t *body;
    struct hash before;
    struct hash after;

    if (!slice_cut(&line, ' ', &by) || !slice_cut(&line, ' ', &kind) ||
        !slice_cut(&line, ' ', &pass) ||
        !text_parse_u64(pass, PASS_MAX, &seconds) || by.len != 1 ||
        by.at[0] < 'A' || by.at[0] > 'C' ||
        json_parse(line.at, line.len, &body, NULL) != ERR_NONE)
        return;
    stage->now.s += (int64_t)seconds;
    meet_deadlines(stage);
    state_digest(stage->state, &before);
    if (put(stage, names[by.at[0] - 'A'], kind, body)) {
        meet_deadlines(stage);
    } else {
        state_digest(stage->state, &after);
        assert(hash_same(&before, &after));
    }
    json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct history history = {NULL, knows};
    struct stage stage = {.now = {1767571200}}; /* 2026-01-05 */
    struct slice rest = {(const char *)data, size};
    struct slice line;
    struct why why;

    stage.state = state_open(NULL, NULL);
    if (institution_open(stage.state, &history, &stage.institution, &why) !=
        ERR_NONE)
        abort();
    found(&stage);
    for (size_t i = 0; i < LINES_MAX && slice_line(&rest, &line); i++)
        play_line(&stage, line);
    institution_close(stage.institution);
    state_close(stage.state);
    return 0;
}
