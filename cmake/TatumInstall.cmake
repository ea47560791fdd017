# `cmake --install`: headers, libraries, the `tatum` program, and the package that find_package(tatum)
# finds. Included once all targets are there.
include(CMakePackageConfigHelpers)

get_property(layers GLOBAL PROPERTY TATUM_LAYERS)
get_property(contrib GLOBAL PROPERTY TATUM_CONTRIB)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tatum)

install(TARGETS tatum ${layers} ${contrib} EXPORT tatumTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT tatumTargets NAMESPACE tatum:: DESTINATION ${package_folder})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tatum DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h" PATTERN "*_test.h" EXCLUDE)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/tatumConfig.cmake.in
    ${PROJECT_BINARY_DIR}/tatumConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tatumConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tatumConfig.cmake ${PROJECT_BINARY_DIR}/tatumConfigVersion.cmake
    ${PROJECT_SOURCE_DIR}/cmake/TatumEmbed.cmake ${PROJECT_SOURCE_DIR}/cmake/TatumFingerprint.cmake
    ${PROJECT_SOURCE_DIR}/cmake/tatum_test_main.cpp
    DESTINATION ${package_folder})
