/*
 * policy.h - whose signatures make a checkpoint believable.
 *
 *     log <vkey> [url]
 *     witness <name> <vkey> [url]
 *     group <name> <k|all|any> <name>...
 *     quorum <name|none>
 *
 * Source: C2SP tlog-policy.
 */
#pragma once

#include "base/err.h"
#include "record/checkpoint.h"
#include "record/key.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    POLICY_BYTES_MAX = 1 << 20,
    POLICY_LOGS_MAX = 64,
    POLICY_WITNESSES_MAX = 96, /* a note has at most 100 signatures */
    POLICY_GROUPS_MAX = 256,
    POLICY_NAME_MAX = 255, /* bytes */
};

struct policy;

/* `name` is what errors call the text. Fails ERR_INPUT naming name:line and
 * what was expected, ERR_LIMIT. Owns: *policy, policy_close. */
enum err policy_parse(const char *name, const char *bytes, size_t len,
                      struct policy **policy, struct why *why) MUST_CHECK;
enum err policy_read(const char *path, struct policy **policy,
                     struct why *why) MUST_CHECK;
/* The policy "log <vkey>, quorum none". */
struct policy *policy_of_log(const struct vkey *vkey);
/* Let no log count but this one, which a policy that lists none leaves to be
 * said. Fails ERR_INPUT when it lists others only. */
enum err policy_only_log(struct policy *policy, const struct vkey *vkey,
                         struct why *why) MUST_CHECK;
void policy_close(struct policy *policy);

size_t policy_logs(const struct policy *policy);
size_t policy_witnesses(const struct policy *policy);
const struct vkey *policy_log(const struct policy *policy, size_t index);
const char *policy_witness_name(const struct policy *policy, size_t index);
const struct vkey *policy_witness(const struct policy *policy, size_t index);
/* The url of a log or a witness, or NULL. */
const char *policy_log_url(const struct policy *policy, size_t index);
const char *policy_witness_url(const struct policy *policy, size_t index);

struct policy_verdict {
    bool met;       /* a listed log signed and the quorum cosigned */
    size_t log;     /* which log */
    size_t counted; /* witnesses whose cosignature holds */
    size_t count;   /* witnesses in the policy */
    struct {
        const char *name; /* borrowed from the policy */
        bool cosigned;
        struct when when;
    } witness[POLICY_WITNESSES_MAX];
    struct checkpoint checkpoint; /* borrows from the bytes */
};

/*
 * Judge a signed checkpoint. A quorum that is not met is a result.
 *
 * Fails  ERR_INPUT malformed, ERR_AUTHORITY when no listed log signed it or a
 *        signature of a listed key does not hold.
 */
enum err policy_check(const struct policy *policy, const char *bytes,
                      size_t len, struct policy_verdict *verdict,
                      struct why *why) MUST_CHECK;
