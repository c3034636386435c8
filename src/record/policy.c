#include "record/policy.h"

#include "base/file.h"

#include <string.h>

/* A witness or a group: what a name in the policy stands for. */
struct node {
    char *name;
    bool is_member; /* listed in a group already */
    bool is_group;
    size_t witness;   /* not a group: which witness */
    size_t threshold; /* group: how many of its members */
    size_t count;     /* group: members */
    size_t *member;   /* group: [count] earlier nodes */
};

struct party {
    struct vkey vkey;
    char *name; /* witness */
    char *url;  /* or NULL */
};

enum { NODES_MAX = POLICY_WITNESSES_MAX + POLICY_GROUPS_MAX };

struct policy {
    size_t logs, witnesses, nodes, groups;
    struct party log[POLICY_LOGS_MAX];
    struct party witness[POLICY_WITNESSES_MAX];
    struct node node[NODES_MAX];
    bool has_quorum;
    bool is_quorum_none;
    size_t quorum; /* a node */
};

/* One line being read. */
struct reader {
    struct policy *policy;
    const char *name; /* of the text */
    size_t line;
    struct slice rest;
    struct why *why;
};

#define REFUSE(reader, code, format, ...)                                      \
    fail((reader)->why, code, "%s:%zu: " format, (reader)->name,               \
         (reader)->line, ##__VA_ARGS__)

static int shown(struct slice text)
{
    return (int)(text.len < 80 ? text.len : 80);
}

/* The next item of the line; false at its end. */
static bool take_word(struct reader *reader, struct slice *word)
{
    struct slice rest = reader->rest;
    size_t len = 0;

    while (rest.len > 0 && (*rest.at == ' ' || *rest.at == '\t')) {
        rest.at++;
        rest.len--;
    }
    while (len < rest.len && rest.at[len] != ' ' && rest.at[len] != '\t')
        len++;
    *word = (struct slice){rest.at, len};
    reader->rest = (struct slice){rest.at + len, rest.len - len};
    return len > 0;
}

static enum err expect_end(struct reader *reader)
{
    struct slice word;

    if (take_word(reader, &word))
        return REFUSE(reader, ERR_INPUT, "\"%.*s\" is too much", shown(word),
                      word.at);
    return ERR_NONE;
}

static bool find_node(const struct policy *policy, struct slice name,
                      size_t *index)
{
    for (size_t i = 0; i < policy->nodes; i++) {
        if (slice_is(name, policy->node[i].name)) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool has_key(const struct party *party, size_t count,
                    const struct vkey *vkey)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(party[i].vkey.public_key, vkey->public_key,
                   KEY_PUBLIC_BYTES) == 0)
            return true;
    return false;
}

static enum err read_vkey(struct reader *reader, enum key_type type,
                          struct party *party)
{
    struct slice word;
    enum err err;

    if (!take_word(reader, &word))
        return REFUSE(reader, ERR_INPUT, "expected a verifier key");
    err = vkey_parse(word, &party->vkey, reader->why);
    if (err)
        return fail_within(reader->why, err, "%s:%zu", reader->name,
                           reader->line);
    if (party->vkey.type != type)
        return REFUSE(reader, ERR_INPUT,
                      "%s: a key of type %d; expected type %d",
                      party->vkey.name, party->vkey.type, type);
    return ERR_NONE;
}

static enum err read_url(struct reader *reader, char **url)
{
    struct slice word;

    if (!take_word(reader, &word))
        return ERR_NONE;
    TRY(expect_end(reader));
    *url = mem_copy_text(word.at, word.len);
    return ERR_NONE;
}

static enum err read_log(struct reader *reader)
{
    struct policy *policy = reader->policy;
    struct party party = {0};

    TRY(read_vkey(reader, KEY_ED25519, &party));
    if (has_key(policy->log, policy->logs, &party.vkey))
        return REFUSE(reader, ERR_INPUT, "a second log with the same key");
    if (policy->logs == POLICY_LOGS_MAX)
        return REFUSE(reader, ERR_LIMIT, "more than %d logs", POLICY_LOGS_MAX);
    TRY(read_url(reader, &party.url));
    policy->log[policy->logs++] = party;
    return ERR_NONE;
}

/* A name that is still free, of a witness or group about to be added. */
static enum err read_new_name(struct reader *reader, struct slice *name)
{
    size_t at;

    if (!take_word(reader, name))
        return REFUSE(reader, ERR_INPUT, "expected a name");
    if (name->len > POLICY_NAME_MAX)
        return REFUSE(reader, ERR_LIMIT, "a name of more than %d bytes",
                      POLICY_NAME_MAX);
    if (slice_is(*name, "none") || find_node(reader->policy, *name, &at))
        return REFUSE(reader, ERR_INPUT, "\"%.*s\" is taken", shown(*name),
                      name->at);
    return ERR_NONE;
}

static enum err read_witness(struct reader *reader)
{
    struct policy *policy = reader->policy;
    struct party party = {0};
    struct slice name;

    TRY(read_new_name(reader, &name));
    TRY(read_vkey(reader, KEY_COSIGNATURE, &party));
    if (has_key(policy->witness, policy->witnesses, &party.vkey))
        return REFUSE(reader, ERR_INPUT, "a second witness with the same key");
    if (policy->witnesses == POLICY_WITNESSES_MAX)
        return REFUSE(reader, ERR_LIMIT, "more than %d witnesses",
                      POLICY_WITNESSES_MAX);
    TRY(read_url(reader, &party.url));
    party.name = mem_copy_text(name.at, name.len);
    policy->node[policy->nodes++] = (struct node){
        .name = mem_copy_text(name.at, name.len),
        .witness = policy->witnesses,
    };
    policy->witness[policy->witnesses++] = party;
    return ERR_NONE;
}

static enum err read_members(struct reader *reader, struct node *group)
{
    struct policy *policy = reader->policy;
    struct slice word;
    size_t at;

    while (take_word(reader, &word)) {
        if (!find_node(policy, word, &at))
            return REFUSE(reader, ERR_INPUT,
                          "\"%.*s\" is no witness or group defined above",
                          shown(word), word.at);
        if (policy->node[at].is_member)
            return REFUSE(reader, ERR_INPUT,
                          "\"%.*s\" is a member of a group already",
                          shown(word), word.at);
        policy->node[at].is_member = true;
        group->member =
            mem_resize(group->member, group->count + 1, sizeof *group->member);
        group->member[group->count++] = at;
    }
    if (group->count == 0)
        return REFUSE(reader, ERR_INPUT, "a group without members");
    return ERR_NONE;
}

static enum err read_threshold(struct reader *reader, struct slice word,
                               struct node *group)
{
    uint64_t number;

    if (slice_is(word, "all"))
        group->threshold = group->count;
    else if (slice_is(word, "any"))
        group->threshold = 1;
    else if (text_parse_u64(word, group->count, &number) && number > 0)
        group->threshold = (size_t)number;
    else
        return REFUSE(reader, ERR_INPUT,
                      "threshold \"%.*s\"; expected all, any or a number "
                      "from 1 to %zu",
                      shown(word), word.at, group->count);
    return ERR_NONE;
}

static enum err read_group(struct reader *reader)
{
    struct policy *policy = reader->policy;
    struct node group = {.is_group = true};
    struct slice name, threshold;
    enum err err;

    TRY(read_new_name(reader, &name));
    if (policy->groups == POLICY_GROUPS_MAX)
        return REFUSE(reader, ERR_LIMIT, "more than %d groups",
                      POLICY_GROUPS_MAX);
    if (!take_word(reader, &threshold))
        return REFUSE(reader, ERR_INPUT,
                      "expected all, any or a number of members");
    err = read_members(reader, &group);
    if (!err)
        err = read_threshold(reader, threshold, &group);
    if (err) {
        mem_free(group.member);
        return err;
    }
    group.name = mem_copy_text(name.at, name.len);
    policy->node[policy->nodes++] = group;
    policy->groups++;
    return ERR_NONE;
}

static enum err read_quorum(struct reader *reader)
{
    struct policy *policy = reader->policy;
    struct slice name;

    if (policy->has_quorum)
        return REFUSE(reader, ERR_INPUT, "a second quorum");
    if (!take_word(reader, &name))
        return REFUSE(reader, ERR_INPUT, "expected a name or \"none\"");
    policy->has_quorum = true;
    policy->is_quorum_none = slice_is(name, "none");
    if (!policy->is_quorum_none && !find_node(policy, name, &policy->quorum))
        return REFUSE(reader, ERR_INPUT,
                      "\"%.*s\" is no witness or group defined above",
                      shown(name), name.at);
    return expect_end(reader);
}

static enum err read_line(struct reader *reader)
{
    static const struct {
        const char *word;
        enum err (*read)(struct reader *reader);
    } kinds[] = {
        {"log", read_log},
        {"witness", read_witness},
        {"group", read_group},
        {"quorum", read_quorum},
    };
    struct slice word;

    for (size_t i = 0; i < reader->rest.len; i++) {
        uint8_t c = (uint8_t)reader->rest.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return REFUSE(reader, ERR_INPUT, "control byte 0x%02x", c);
    }
    if (!take_word(reader, &word) || word.at[0] == '#')
        return ERR_NONE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_is(word, kinds[i].word))
            return kinds[i].read(reader);
    return REFUSE(reader, ERR_INPUT,
                  "\"%.*s\"; expected log, witness, group or quorum",
                  shown(word), word.at);
}

enum err policy_parse(const char *name, const char *bytes, size_t len,
                      struct policy **policy, struct why *why)
{
    struct policy *made;
    struct reader reader = {.name = name, .why = why};
    struct slice rest = {bytes, len};
    enum err err = ERR_NONE;

    if (len > POLICY_BYTES_MAX)
        return fail(why, ERR_LIMIT, "%s: policy of more than %d bytes", name,
                    POLICY_BYTES_MAX);
    made = mem_new(1, sizeof *made);
    reader.policy = made;
    while (!err && rest.len > 0) {
        reader.line++;
        if (slice_line(&rest, &reader.rest))
            err = read_line(&reader);
        else
            err = REFUSE(&reader, ERR_INPUT,
                         "the last line does not end with a line feed");
    }
    if (!err && !made->has_quorum)
        err = fail(why, ERR_INPUT,
                   "%s: no quorum line; \"quorum none\" asks for no witness",
                   name);
    if (err) {
        policy_close(made);
        return err;
    }
    *policy = made;
    return ERR_NONE;
}

enum err policy_read(const char *path, struct policy **policy, struct why *why)
{
    struct buf text = {0};
    enum err err = file_read(path, POLICY_BYTES_MAX, &text, why);

    if (!err)
        err = policy_parse(path, buf_text(&text), text.len, policy, why);
    buf_clear(&text);
    return err;
}

struct policy *policy_of_log(const struct vkey *vkey)
{
    struct policy *policy = mem_new(1, sizeof *policy);

    policy->log[policy->logs++].vkey = *vkey;
    policy->has_quorum = policy->is_quorum_none = true;
    return policy;
}

static void drop_logs(struct policy *policy)
{
    while (policy->logs > 0)
        mem_free(policy->log[--policy->logs].url);
}

enum err policy_only_log(struct policy *policy, const struct vkey *vkey,
                         struct why *why)
{
    struct party only = {.vkey = *vkey};
    bool is_listed = policy->logs == 0;

    for (size_t i = 0; i < policy->logs; i++) {
        struct party *log = &policy->log[i];
        if (!vkey_same(&log->vkey, vkey))
            continue;
        only.url = log->url;
        log->url = NULL;
        is_listed = true;
    }
    if (!is_listed)
        return fail(why, ERR_INPUT, "the policy does not name the log %s",
                    vkey->name);
    drop_logs(policy);
    policy->log[policy->logs++] = only;
    return ERR_NONE;
}

void policy_close(struct policy *policy)
{
    if (!policy)
        return;
    drop_logs(policy);
    for (size_t i = 0; i < policy->witnesses; i++) {
        mem_free(policy->witness[i].name);
        mem_free(policy->witness[i].url);
    }
    for (size_t i = 0; i < policy->nodes; i++) {
        mem_free(policy->node[i].name);
        mem_free(policy->node[i].member);
    }
    mem_free(policy);
}

size_t policy_logs(const struct policy *policy)
{
    return policy->logs;
}

size_t policy_witnesses(const struct policy *policy)
{
    return policy->witnesses;
}

const struct vkey *policy_log(const struct policy *policy, size_t index)
{
    return &policy->log[index].vkey;
}

const char *policy_witness_name(const struct policy *policy, size_t index)
{
    return policy->witness[index].name;
}

const struct vkey *policy_witness(const struct policy *policy, size_t index)
{
    return &policy->witness[index].vkey;
}

const char *policy_log_url(const struct policy *policy, size_t index)
{
    return policy->log[index].url;
}

const char *policy_witness_url(const struct policy *policy, size_t index)
{
    return policy->witness[index].url;
}

static enum err check_log(const struct policy *policy, const struct note *note,
                          struct policy_verdict *verdict, struct why *why)
{
    for (size_t i = 0; i < policy->logs; i++) {
        const struct vkey *vkey = &policy->log[i].vkey;
        if (!slice_is(verdict->checkpoint.origin, vkey->name) ||
            !note_find(note, vkey))
            continue;
        verdict->log = i;
        return note_verify(note, vkey, 1, NULL, why);
    }
    return fail(why, ERR_AUTHORITY,
                "checkpoint: not signed by a log of the policy");
}

static enum err check_witness(const struct party *witness,
                              const struct note *note, bool *is_cosigned,
                              struct when *when, struct why *why)
{
    const struct note_signature *signature = note_find(note, &witness->vkey);
    uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES];

    *is_cosigned = false;
    if (!signature)
        return ERR_NONE;
    if (!note_payload(signature, payload, sizeof payload) ||
        !checkpoint_is_cosigned(note->text, &witness->vkey, payload, when))
        return fail(why, ERR_AUTHORITY,
                    "checkpoint: the cosignature by witness %s does not hold",
                    witness->name);
    *is_cosigned = true;
    return ERR_NONE;
}

/* Members come before their groups, so one pass settles all nodes. */
static bool is_quorum_met(const struct policy *policy,
                          const struct policy_verdict *verdict)
{
    bool met[NODES_MAX];

    if (policy->is_quorum_none)
        return true;
    for (size_t i = 0; i < policy->nodes; i++) {
        const struct node *node = &policy->node[i];
        size_t count = 0;
        for (size_t k = 0; k < node->count; k++)
            count += met[node->member[k]];
        met[i] = node->is_group ? count >= node->threshold
                                : verdict->witness[node->witness].cosigned;
    }
    return met[policy->quorum];
}

enum err policy_check(const struct policy *policy, const char *bytes,
                      size_t len, struct policy_verdict *verdict,
                      struct why *why)
{
    struct note note;
    enum err err;

    *verdict = (struct policy_verdict){.count = policy->witnesses};
    err = note_parse(bytes, len, &note, why);
    if (err)
        return fail_within(why, err, "checkpoint");
    TRY(checkpoint_parse(note.text, &verdict->checkpoint, why));
    TRY(check_log(policy, &note, verdict, why));
    for (size_t i = 0; i < policy->witnesses; i++) {
        verdict->witness[i].name = policy->witness[i].name;
        TRY(check_witness(&policy->witness[i], &note,
                          &verdict->witness[i].cosigned,
                          &verdict->witness[i].when, why));
        verdict->counted += verdict->witness[i].cosigned;
    }
    verdict->met = is_quorum_met(policy, verdict);
    return ERR_NONE;
}
