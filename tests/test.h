/*
 * test.h - tests that register themselves; tests/main.c runs them.
 *
 *   TEST(silence_binds_only_whom_it_reached)
 *   {
 *       CHECK(count == 3);
 *       CHECK_TEXT(name, "Ελλάς");
 *       CHECK_WHY(when_parse(text, &when, &why), ERR_INPUT, why, "month");
 *   }
 *
 * A failed CHECK is printed and the test goes on; NEED and SKIP leave it.
 * All tests share one process.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct test {
    const char *name;
    const char *file;
    void (*run)(void);
    struct test *next;
};
void test_register(struct test *test);

#define TEST(name)                                                             \
    static void name(void);                                                    \
    static struct test test_of_##name = {#name, __FILE__, name, NULL};         \
    __attribute__((constructor)) static void register_##name(void)             \
    {                                                                          \
        test_register(&test_of_##name);                                        \
    }                                                                          \
    static void name(void)

/* Each returns whether it held. */
bool test_check(const char *file, int line, bool held, const char *condition);
bool test_check_text(const char *file, int line, const char *actual,
                     const char *expected);
bool test_check_int(const char *file, int line, long long actual,
                    long long expected);
bool test_check_why(const char *file, int line, enum err actual,
                    enum err expected, const struct why *why, const char *part);
_Noreturn void test_leave(void);
_Noreturn void test_skip(const char *reason);

#define CHECK(condition) test_check(__FILE__, __LINE__, (condition), #condition)
#define CHECK_TEXT(actual, expected)                                           \
    test_check_text(__FILE__, __LINE__, actual, expected)
#define CHECK_INT(actual, expected)                                            \
    test_check_int(__FILE__, __LINE__, (long long)(actual),                    \
                   (long long)(expected))
/* The call succeeds; prints the reason in `why` (a struct) when not. */
#define CHECK_OK(call, why)                                                    \
    test_check_why(__FILE__, __LINE__, call, ERR_NONE, &(why), "")
/* The call fails with `code` and a reason that contains `part`. */
#define CHECK_WHY(call, code, why, part)                                       \
    test_check_why(__FILE__, __LINE__, call, code, &(why), part)
/* As CHECK, but the test ends when it does not hold. */
#define NEED(condition)                                                        \
    do {                                                                       \
        if (!CHECK(condition))                                                 \
            test_leave();                                                      \
    } while (0)
#define SKIP(reason) test_skip(reason)

/* A fresh folder, removed with all in it when the run ends. */
const char *test_folder(void);
/* Path of "merkle/…" in the shared data ($ENTENTE_SHARED, else ../shared,
 * then `path`: "data/merkle"), or NULL when it is not there. */
const char *test_shared(const char *path);
