/*
 * key_secret.h - the one door to a key's secret; for key_file.c alone.
 */
#pragma once

#include "record/key.h"

/* Make libsodium ready; any thread, any number of times. */
void key_start(void);
/* The caller wipes the seed. */
void key_seed(const struct key *key, uint8_t seed[KEY_SEED_BYTES]);
