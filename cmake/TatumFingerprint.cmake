# cmake -D LIST=file.txt -D OUTPUT=header.h -P TatumFingerprint.cmake
#
# Writes a header that says nothing, and differs when one of the listed files does. See tatum_embed().
file(STRINGS "${LIST}" files)
set(sums "")
foreach(file IN LISTS files)
    file(SHA256 "${file}" sum)
    string(APPEND sums ${sum})
endforeach()
string(SHA256 sum "${sums}")
file(WRITE "${OUTPUT}" "asm(\"/* ${sum} */\");\n")
