/*
 * err.h - how every function that can fail says so, and why.
 *
 * A lawful "no" is a result, not an error: an error means that we could not
 * decide. Functions that can fail return `enum err`, are MUST_CHECK, and fill
 * `struct why` once, where most is known.
 */
#pragma once

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))

enum err {
    ERR_NONE = 0,
    ERR_INPUT,     /* malformed; no retry will help */
    ERR_AUTHORITY, /* well formed, but this signer may not do it */
    ERR_STATE,     /* lawful act at the wrong moment: stale head, closed vote */
    ERR_ABSENT,    /* the thing named does not exist */
    ERR_LIMIT,     /* over a bound stated in the header */
    ERR_SYSTEM,    /* memory, disk or a library failed; may be retried */
};

enum { WHY_TEXT_SIZE = 512 };

/* Lives in the caller's memory. */
struct why {
    enum err code;
    char text[WHY_TEXT_SIZE]; /* UTF-8, one line, no final stop or LF */
};

/*
 * Record a failure and return its code: `return fail(why, ERR_INPUT, "...")`.
 *
 *   why   out  may be NULL; text is cut at a UTF-8 boundary; control bytes in
 *              the result (from hostile input) are replaced by '?'
 */
enum err fail(struct why *why, enum err code, const char *format, ...)
    PRINTF_LIKE(3, 4);

/*
 * Put `prefix: ` before an existing reason (file, field, entry) and return its
 * code. Does nothing to the code. why may be NULL (then returns `code`).
 */
enum err fail_within(struct why *why, enum err code, const char *format, ...)
    PRINTF_LIKE(3, 4);

#ifdef __clang_analyzer__ /* which cannot see that these return their code */
#define fail(why, code, ...) ((fail)(why, code, __VA_ARGS__), (code))
#define fail_within(why, code, ...)                                            \
    ((fail_within)(why, code, __VA_ARGS__), (code))
#endif

/* The word for a code: "input", "authority", "state", ... for --json. */
const char *err_name(enum err code);

/* Return early on failure. The only macro that hides control flow. */
#define TRY(expression)                                                        \
    do {                                                                       \
        enum err try_err_ = (expression);                                      \
        if (try_err_ != ERR_NONE)                                              \
            return try_err_;                                                   \
    } while (0)
