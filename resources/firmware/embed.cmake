# SPDX-License-Identifier: GPL-3.0-or-later
# Writes OUTPUT, a C++ file that defines the functions of firmware_blobs.h from the files LINUX_BOOT,
# MULTIBOOT_BOOT, DSDT and FLOPPY.
set(text "#include \"resources/firmware/firmware_blobs.h\"\n\nnamespace bootglass {\n")
function(embed name file)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
    string(APPEND text "\nstd::span<const uint8_t> ${name}() {\n"
        "    static constexpr uint8_t bytes[] = {${bytes}};\n    return bytes;\n}\n")
    set(text "${text}" PARENT_SCOPE)
endfunction()
embed(linuxBootRom ${LINUX_BOOT})
embed(multibootBootRom ${MULTIBOOT_BOOT})
embed(dsdtAml ${DSDT})
embed(floppyAml ${FLOPPY})
file(WRITE ${OUTPUT} "${text}\n} // namespace bootglass\n")
