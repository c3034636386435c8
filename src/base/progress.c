#include "base/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_MS = 2000, EVERY_MS = 200, SILENT = -1 };

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_start(struct progress *progress, const char *what,
                    const char *unit, uint64_t total)
{
    *progress = (struct progress){.what = what, .unit = unit, .total = total};
    progress->started_ms = isatty(STDERR_FILENO) ? clock_ms() : SILENT;
}

static void show(const struct progress *progress, uint64_t done,
                 int64_t elapsed_ms)
{
    uint64_t total = progress->total;

    fprintf(stderr, "\r\033[K%s: %llu", progress->what,
            (unsigned long long)done);
    if (total > 0 && done > 0 && done <= total) {
        uint64_t left_s = (uint64_t)((unsigned __int128)elapsed_ms *
                                     (total - done) / done / 1000);
        unsigned percent = (unsigned)((unsigned __int128)done * 100 / total);
        fprintf(stderr, " of %llu %s (%u%%), %llu s left",
                (unsigned long long)total, progress->unit, percent,
                (unsigned long long)left_s);
    } else {
        fprintf(stderr, " %s", progress->unit);
    }
    fflush(stderr);
}

void progress_at(struct progress *progress, uint64_t done)
{
    if (progress->started_ms == SILENT)
        return;
    int64_t now_ms = clock_ms();
    if (now_ms - progress->started_ms < QUIET_MS ||
        now_ms - progress->shown_ms < EVERY_MS)
        return;
    progress->shown_ms = now_ms;
    show(progress, done, now_ms - progress->started_ms);
}

void progress_end(struct progress *progress)
{
    if (progress->shown_ms != 0)
        fputs("\r\033[K", stderr);
    progress->shown_ms = 0;
}
