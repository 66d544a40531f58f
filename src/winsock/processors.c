/* SPDX-License-Identifier: MIT
 *
 * How processors hang together: cores, packages and nodes of memory, as the system tells in its files; where it tells
 * nothing, each processor is a core of one package.
 */
#include "affinity.h"
#include "error.h"

#include "sockpal/system.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST 64
#define CPU_FOLDER "/sys/devices/system/cpu/cpu"

/** One of those that a processor belongs to, by the number of its first processor. */
typedef struct unit {
    LOGICAL_PROCESSOR_RELATIONSHIP kind;
    int key, other_key;
    ULONG_PTR mask;
} unit;

typedef struct units {
    unit all[3 * MOST];
    size_t count;
} units;

static int number_read(int processor, const char *name) {
    char path[128], text[16];
    int number = -1;
    (void)snprintf(path, sizeof path, CPU_FOLDER "%d/topology/%s", processor, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    if (fgets(text, sizeof text, file) != NULL)
        number = (int)strtol(text, NULL, 10);
    (void)fclose(file);
    return number;
}

static void unit_add(units *to, LOGICAL_PROCESSOR_RELATIONSHIP kind, int key, int other_key, int processor) {
    size_t i = 0;
    while (i < to->count && (to->all[i].kind != kind || to->all[i].key != key || to->all[i].other_key != other_key))
        i++;
    if (i == to->count)
        to->all[to->count++] = (unit){kind, key, other_key, 0};
    to->all[i].mask |= (ULONG_PTR)1 << processor;
}

/* One node of memory: programs that place threads by nodes place them all there. */
static void units_find(units *out) {
    ULONG_PTR mask = spalw_processor_mask();
    out->count = 0;
    for (int i = 0; i < MOST; i++) {
        if ((mask >> i & 1) == 0)
            continue;
        int package = number_read(i, "physical_package_id"), core = number_read(i, "core_id");
        unit_add(out, RelationProcessorCore, core < 0 ? i : core, package, i);
        unit_add(out, RelationProcessorPackage, package, 0, i);
        unit_add(out, RelationNumaNode, 0, 0, i);
    }
}

static void unit_tell(const unit *from, PSYSTEM_LOGICAL_PROCESSOR_INFORMATION out) {
    *out = (SYSTEM_LOGICAL_PROCESSOR_INFORMATION){.ProcessorMask = from->mask, .Relationship = from->kind};
    if (from->kind == RelationProcessorCore)
        out->ProcessorCore.Flags = (from->mask & (from->mask - 1)) != 0 ? LTP_PC_SMT : 0;
}

BOOL WINAPI GetLogicalProcessorInformation(PSYSTEM_LOGICAL_PROCESSOR_INFORMATION buffer, PDWORD bytes) {
    if (bytes == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    units *found = malloc(sizeof *found);
    if (found == NULL)
        return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    units_find(found);
    DWORD needed = (DWORD)(found->count * sizeof *buffer);
    bool fits = buffer != NULL && *bytes >= needed;
    for (size_t i = 0; fits && i < found->count; i++)
        unit_tell(&found->all[i], &buffer[i]);
    *bytes = needed;
    free(found);
    return fits ? TRUE : spalw_fail(ERROR_INSUFFICIENT_BUFFER);
}

WORD WINAPI GetActiveProcessorGroupCount(void) {
    return 1;
}

WORD WINAPI GetMaximumProcessorGroupCount(void) {
    return 1;
}

DWORD WINAPI GetMaximumProcessorCount(WORD group) {
    return GetActiveProcessorCount(group);
}

BOOL WINAPI GetNumaHighestNodeNumber(PULONG number) {
    if (number == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *number = 0;
    return TRUE;
}
