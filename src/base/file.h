/*
 * file.h - whole files: bounded reading, durable atomic writing.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>

/* Append the file's bytes to *out (untouched on failure). "-" is standard
 * input. Fails ERR_ABSENT when there is none, ERR_LIMIT above `max` bytes,
 * ERR_INPUT for a directory, ERR_SYSTEM. The reason names the path. */
enum err file_read(const char *path, size_t max, struct buf *out,
                   struct why *why) MUST_CHECK;
/* Temporary file, fsync when `durable`, rename, fsync of the folder. The old
 * file or the new one, never a part. `mode` as in open(2), before umask. */
enum err file_write(const char *path, const void *data, size_t len, int mode,
                    bool durable, struct why *why) MUST_CHECK;
/* As file_write, but fails ERR_STATE if the path exists. */
enum err file_create(const char *path, const void *data, size_t len, int mode,
                     struct why *why) MUST_CHECK;
/* mkdir -p. */
enum err file_make_folders(const char *path, struct why *why) MUST_CHECK;
bool file_exists(const char *path);
