# How a folder of the source tree becomes a library and a test binary.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(PROJECT_IS_TOP_LEVEL)
    set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endif()

# Where CMAKE_UNITY_BUILD is on (all presets but debug), the compiler takes this many files of a library or a
# test at a time and reads their headers once, which halves a clean build. So names in unnamed
# namespaces are unique within a layer.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

# Whether a sanitizer watches, whose runtime has needs of its own.
string(REGEX MATCH "-fsanitize=[a-z,]+" TATUM_SANITIZER "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_DEBUG}")

# Warnings are errors in our own builds only.
function(tatum_own_flags target)
    if(PROJECT_IS_TOP_LEVEL)
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
            -Wno-missing-field-initializers -Werror)
        if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
            # libstdc++ 12's own stable_sort uses a function that it deprecates; embedded files are
            # long strings.
            target_compile_options(${target} PRIVATE -Wno-missing-designated-field-initializers
                -Wno-deprecated-declarations -Wno-overlength-strings)
        else()
            # In a unity build every file counts as included.
            target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized
                $<$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>:-Wno-subobject-linkage>)
        endif()
    endif()
endfunction()

# What is tested is optimized; optimizing the tests as well would double the time to build them. Most of
# what is left of it goes into headers, so that more files of them are taken at a time.
function(tatum_test_flags target)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
    set_target_properties(${target} PROPERTIES UNITY_BUILD "${CMAKE_UNITY_BUILD}" UNITY_BUILD_BATCH_SIZE 16)
endfunction()

# Collects `folder`'s sources: <out>_SOURCES, and <out>_TESTS for files named *_test.cpp.
function(tatum_sources out folder)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    set(tests ${sources})
    list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    set(${out}_SOURCES ${sources} PARENT_SCOPE)
    set(${out}_TESTS ${tests} PARENT_SCOPE)
endfunction()

# tatum_test(NAME SOURCES... LIBRARIES...): a GoogleTest binary, registered with CTest.
function(tatum_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
    if(NOT TATUM_TESTS OR NOT ARG_SOURCES)
        return()
    endif()
    add_executable(${name} ${ARG_SOURCES})
    tatum_own_flags(${name})
    tatum_test_flags(${name})
    target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE TATUM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${name})
endfunction()

# tatum_layer(NAME DEPENDS layers... LIBRARIES ...)
function(tatum_layer name)
    cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
    tatum_sources(layer ${PROJECT_SOURCE_DIR}/tatum/${name})
    if(NOT layer_SOURCES)
        set(kind INTERFACE)
        set(scope INTERFACE)
        add_library(tatum_${name} INTERFACE)
    else()
        set(scope PUBLIC)
        add_library(tatum_${name} STATIC ${layer_SOURCES})
        tatum_own_flags(tatum_${name})
    endif()
    add_library(tatum::${name} ALIAS tatum_${name})
    set_target_properties(tatum_${name} PROPERTIES EXPORT_NAME ${name})
    target_compile_features(tatum_${name} ${scope} cxx_std_20)
    target_include_directories(tatum_${name} ${scope}
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    foreach(layer ${ARG_DEPENDS})
        target_link_libraries(tatum_${name} ${scope} tatum_${layer})
    endforeach()
    target_link_libraries(tatum_${name} ${scope} ${ARG_LIBRARIES})
    set_property(GLOBAL APPEND PROPERTY TATUM_LAYERS tatum_${name})
    tatum_test(${name}_test SOURCES ${layer_TESTS} LIBRARIES tatum_${name})
endfunction()

# All layers as one: what a site links, and what is installed.
function(tatum_finish_layers)
    get_property(layers GLOBAL PROPERTY TATUM_LAYERS)
    add_library(tatum INTERFACE)
    add_library(tatum::tatum ALIAS tatum)
    target_link_libraries(tatum INTERFACE ${layers})
endfunction()
