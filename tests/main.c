/*
 * main.c - runs the tests whose names contain one of the arguments (all
 * without arguments), prints what failed and `N passed, N failed`.
 */
#include "test.h"

#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test *first;
static struct test **last = &first;

static struct {
    const struct test *test;
    bool failed;
    const char *skipped; /* the reason */
    jmp_buf leave;
} now;

void test_register(struct test *test)
{
    *last = test;
    last = &test->next;
}

static void print_failure(const char *file, int line)
{
    now.failed = true;
    printf("%s:%d: %s: ", file, line, now.test->name);
}

bool test_check(const char *file, int line, bool held, const char *condition)
{
    if (!held) {
        print_failure(file, line);
        printf("does not hold: %s\n", condition);
    }
    return held;
}

bool test_check_text(const char *file, int line, const char *actual,
                     const char *expected)
{
    if (actual == expected ||
        (actual && expected && strcmp(actual, expected) == 0))
        return true;
    print_failure(file, line);
    printf("got \"%s\", expected \"%s\"\n", actual ? actual : "(null)",
           expected ? expected : "(null)");
    return false;
}

bool test_check_int(const char *file, int line, long long actual,
                    long long expected)
{
    if (actual == expected)
        return true;
    print_failure(file, line);
    printf("got %lld, expected %lld\n", actual, expected);
    return false;
}

bool test_check_why(const char *file, int line, enum err actual,
                    enum err expected, const struct why *why, const char *part)
{
    bool said = actual == ERR_NONE ||
                (why->code == actual && strstr(why->text, part) != NULL);
    if (actual == expected && said)
        return true;
    print_failure(file, line);
    printf("got %s \"%s\", expected %s \"...%s...\"\n", err_name(actual),
           actual == ERR_NONE ? "" : why->text, err_name(expected), part);
    return false;
}

void test_leave(void)
{
    longjmp(now.leave, 1);
}

void test_skip(const char *reason)
{
    now.skipped = reason;
    test_leave();
}

/* Folders made by tests; only the process that made them removes them. */
struct folder {
    char path[256];
    pid_t owner;
    struct folder *next;
};
static struct folder *folders;

static int remove_one(const char *path, const struct stat *about, int type,
                      struct FTW *where)
{
    (void)about;
    (void)type;
    (void)where;
    return remove(path);
}

static void remove_folders(void)
{
    while (folders) {
        struct folder *folder = folders;
        folders = folder->next;
        if (folder->owner == getpid())
            nftw(folder->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        free(folder);
    }
}

const char *test_folder(void)
{
    const char *parent = getenv("TMPDIR");
    struct folder *folder = calloc(1, sizeof *folder);

    if (!folder)
        abort();
    snprintf(folder->path, sizeof folder->path, "%s/entente-test-XXXXXX",
             parent && *parent ? parent : "/tmp");
    if (!mkdtemp(folder->path)) {
        perror(folder->path);
        abort();
    }
    folder->owner = getpid();
    folder->next = folders;
    folders = folder;
    return folder->path;
}

const char *test_shared(const char *path)
{
    static char found[8][1024]; /* the last eight answers stay valid */
    static unsigned turn;
    const char *shared = getenv("ENTENTE_SHARED");
    char *answer = found[turn++ % 8];

    snprintf(answer, sizeof found[0], "%s/%s",
             shared && *shared ? shared : "../shared", path);
    return access(answer, R_OK) == 0 ? answer : NULL;
}

/* A failed assert should say which test it was in. */
static void name_the_test(int signal_number)
{
    static const char before[] = "\naborted in test ";
    ssize_t done = write(STDERR_FILENO, before, sizeof before - 1);

    if (done > 0 && now.test)
        done = write(STDERR_FILENO, now.test->name, strlen(now.test->name));
    if (done > 0)
        done = write(STDERR_FILENO, "\n", 1);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static bool is_wanted(const char *name, char **parts)
{
    bool any = *parts == NULL;

    for (; *parts && !any; parts++)
        any = strstr(name, *parts) != NULL;
    return any;
}

static void run_one(struct test *test)
{
    now.test = test;
    now.failed = false;
    now.skipped = NULL;
    if (setjmp(now.leave) == 0)
        test->run();
}

int main(int argc, char **argv)
{
    int passed = 0;
    int failed = 0;
    int skipped = 0;

    (void)argc;
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGABRT, name_the_test);
    atexit(remove_folders);
    for (struct test *test = first; test; test = test->next) {
        if (!is_wanted(test->name, argv + 1))
            continue;
        run_one(test);
        if (now.failed) {
            failed++;
        } else if (now.skipped) {
            skipped++;
            printf("skipped %s: %s\n", test->name, now.skipped);
        } else {
            passed++;
        }
    }
    printf("%d passed, %d failed", passed, failed);
    if (skipped)
        printf(", %d skipped", skipped);
    printf("\n");
    return failed ? 1 : 0;
}
