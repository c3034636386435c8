#include "record/proof.h"

#include "record/entry.h"

#include <string.h>

static const char FIRST_LINE[] = "c2sp.org/tlog-proof@v1";

static void add_base64(const void *data, size_t len, struct buf *out)
{
    char *text = mem_new(text_base64_size(len) + 1, 1);

    text_base64(data, len, text);
    buf_add_text(out, text);
    mem_free(text);
}

void proof_format(uint64_t index, const struct merkle_proof *path,
                  struct slice entry, struct slice checkpoint, struct buf *out)
{
    buf_addf(out, "%s\n", FIRST_LINE);
    if (entry.len > 0) {
        buf_add_text(out, "extra ");
        add_base64(entry.at, entry.len, out);
        buf_add_byte(out, '\n');
    }
    buf_addf(out, "index %llu\n", (unsigned long long)index);
    for (size_t i = 0; i < path->count; i++) {
        add_base64(path->hash[i].b, HASH_BYTES, out);
        buf_add_byte(out, '\n');
    }
    buf_add_byte(out, '\n');
    buf_add(out, checkpoint.at, checkpoint.len);
}

static enum err fail_line(struct why *why, size_t line, const char *expected)
{
    return fail(why, ERR_INPUT, "proof, line %zu: expected %s", line, expected);
}

static bool take_field(struct slice line, const char *field,
                       struct slice *value)
{
    size_t len = strlen(field);

    if (line.len < len || memcmp(line.at, field, len) != 0)
        return false;
    *value = (struct slice){line.at + len, line.len - len};
    return true;
}

static enum err parse_extra(struct slice value, size_t line,
                            struct proof *proof, struct why *why)
{
    size_t cap = value.len / 4 * 3 + 3, len;
    uint8_t *bytes;
    bool is_read;

    if (cap > PROOF_BYTES_MAX)
        return fail(why, ERR_LIMIT, "proof, line %zu: too long", line);
    bytes = mem_new(cap, 1);
    is_read = text_from_base64(value, bytes, cap, &len);
    if (is_read)
        buf_add(&proof->extra, bytes, len);
    mem_free(bytes);
    proof->has_extra = true;
    return is_read ? ERR_NONE
                   : fail_line(why, line, "\"extra\" and canonical base64");
}

static enum err parse_lines(struct slice rest, struct proof *proof,
                            struct why *why)
{
    struct slice line, value;
    size_t number = 2;

    if (!slice_line(&rest, &line) || !slice_is(line, FIRST_LINE))
        return fail_line(why, 1, "\"c2sp.org/tlog-proof@v1\"");
    if (!slice_line(&rest, &line))
        return fail_line(why, number, "\"extra\" or \"index\"");
    if (take_field(line, "extra ", &value)) {
        TRY(parse_extra(value, number, proof, why));
        number++;
        if (!slice_line(&rest, &line))
            return fail_line(why, number, "\"index <number>\"");
    }
    if (!take_field(line, "index ", &value) ||
        !text_parse_u64(value, MERKLE_SIZE_MAX, &proof->index))
        return fail_line(why, number, "\"index <number>\"");
    for (;;) {
        number++;
        if (!slice_line(&rest, &line))
            return fail_line(why, number, "a hash or an empty line");
        if (line.len == 0)
            break;
        if (proof->path.count == MERKLE_PROOF_MAX)
            return fail(why, ERR_LIMIT, "proof: more than %d hashes",
                        MERKLE_PROOF_MAX);
        if (!hash_from_text(line, &proof->path.hash[proof->path.count++]))
            return fail_line(why, number, "a hash in base64");
    }
    if (rest.len == 0)
        return fail_line(why, number + 1, "a signed checkpoint");
    proof->checkpoint = rest;
    return ERR_NONE;
}

enum err proof_parse(const char *bytes, size_t len, struct proof *proof,
                     struct why *why)
{
    enum err err;

    *proof = (struct proof){0};
    if (len > PROOF_BYTES_MAX)
        return fail(why, ERR_LIMIT, "proof of more than %d bytes",
                    PROOF_BYTES_MAX);
    err = parse_lines((struct slice){bytes, len}, proof, why);
    if (err)
        proof_clear(proof);
    return err;
}

void proof_clear(struct proof *proof)
{
    buf_clear(&proof->extra);
    *proof = (struct proof){0};
}

enum err proof_check(const struct proof *proof, struct slice entry,
                     const struct policy *policy,
                     struct policy_verdict *verdict, struct why *why)
{
    struct hash leaf = hash_leaf(entry.at, entry.len);
    const struct checkpoint *checkpoint = &verdict->checkpoint;

    TRY(policy_check(policy, proof->checkpoint.at, proof->checkpoint.len,
                     verdict, why));
    if (!merkle_verify_inclusion(proof->index, checkpoint->size, &leaf,
                                 proof->path.hash, proof->path.count,
                                 &checkpoint->root)) {
        verdict->met = false;
        return fail(why, ERR_AUTHORITY,
                    "proof: the hashes do not lead from the entry to the "
                    "root of the checkpoint");
    }
    return ERR_NONE;
}
