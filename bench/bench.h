/*
 * bench.h - a clock, and one JSON line per figure.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Seconds since some fixed moment. */
static inline double bench_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* versus NULL leaves it and the ratio out. */
static inline void bench_print(const char *name, double value, const char *unit,
                               const char *versus, double ratio)
{
    printf("{\"bench\":\"%s\",\"value\":%.6g,\"unit\":\"%s\"", name, value,
           unit);
    if (versus != NULL)
        printf(",\"versus\":\"%s\",\"ratio\":%.3g", versus, ratio);
    printf("}\n");
    fflush(stdout);
}

static inline int bench_ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The share of values, 0..1, that are at most the result; sorts them. */
static inline double bench_quantile(double *value, size_t count, double share)
{
    qsort(value, count, sizeof *value, bench_ascending);
    return value[(size_t)((double)(count - 1) * share)];
}
