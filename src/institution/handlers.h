/*
 * handlers.h - the judge and the fold of every kind of act.
 *
 * Declared from one list; each stands in the file of its subject, beside the
 * numbered procedure in docs/ that it follows. kinds.c ties them to names.
 */
#pragma once

#include "institution/scene.h"

/* HANDLER(name) */
#define HANDLERS(HANDLER)                                                      \
    HANDLER(founding)                                                          \
    HANDLER(signature)                                                         \
    HANDLER(deposit)                                                           \
    HANDLER(accession)                                                         \
    HANDLER(provisional)                                                       \
    HANDLER(provisional_end)                                                   \
    HANDLER(withdrawal)                                                        \
    HANDLER(withdrawal_revocation)                                             \
    HANDLER(acceptance)                                                        \
    HANDLER(reservation)                                                       \
    HANDLER(reservation_withdrawal)                                            \
    HANDLER(objection)                                                         \
    HANDLER(objection_withdrawal)                                              \
    HANDLER(reservation_acceptance)                                            \
    HANDLER(key_grant)                                                         \
    HANDLER(key_retire)                                                        \
    HANDLER(key_compromise)                                                    \
    HANDLER(officers)                                                          \
    HANDLER(proposal)                                                          \
    HANDLER(amendment)                                                         \
    HANDLER(amendment_adoption)                                                \
    HANDLER(opening)                                                           \
    HANDLER(extension)                                                         \
    HANDLER(closing)                                                           \
    HANDLER(proposal_withdrawal)                                               \
    HANDLER(ballot)                                                            \
    HANDLER(explanation)                                                       \
    HANDLER(receipt)                                                           \
    HANDLER(proxy)                                                             \
    HANDLER(proxy_revocation)                                                  \
    HANDLER(opt_in)                                                            \
    HANDLER(statement)                                                         \
    HANDLER(endorsement)

#define HANDLER_DECLARE(name)                                                  \
    enum err judge_##name(const struct scene *scene, struct why *why);         \
    void fold_##name(const struct scene *scene);
HANDLERS(HANDLER_DECLARE)
#undef HANDLER_DECLARE
