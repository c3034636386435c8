/*
 * policy_fuzz.c - policies: what parses stays within its bounds, and what
 * does not says which line.
 */
#include "record/policy.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char nothing[] =
    "nobody\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\xe2\x80\x94 nobody AAAAAAA=\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct policy_verdict verdict;
    struct policy *policy = NULL;
    struct why why;

    if (policy_parse("policy", (const char *)data, size, &policy, &why) !=
        ERR_NONE) {
        assert(!policy && strncmp(why.text, "policy:", 7) == 0);
        return 0;
    }
    assert(policy_logs(policy) <= POLICY_LOGS_MAX);
    assert(policy_witnesses(policy) <= POLICY_WITNESSES_MAX);
    for (size_t i = 0; i < policy_witnesses(policy); i++)
        assert(policy_witness(policy, i)->type == KEY_COSIGNATURE &&
               policy_witness_name(policy, i));
    assert(policy_check(policy, nothing, sizeof nothing - 1, &verdict, &why) ==
           ERR_AUTHORITY);
    assert(!verdict.met);
    policy_close(policy);
    return 0;
}
