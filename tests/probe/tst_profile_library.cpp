// SPDX-License-Identifier: GPL-3.0-or-later
// Where profiles are found, and that the shipped ones are good.
#include "emulator/probe/profile_library.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace bootglass;

class ProfileLibraryTest : public QObject {
    Q_OBJECT

  private slots:
    void usersFolderComesFirst_data();
    void usersFolderComesFirst();
    void earlierFolderHidesALaterOne();
    void usersProfileExtendsAShippedOne();
    void pathIsAFileWhereverItIs();
    void unknownNameIsToldWithTheKnownOnes();
    void brokenProfileIsListedWithItsSentence();
    void unreadableFilesAreToldInASentence();
    void shippedProfilesAreGood_data();
    void shippedProfilesAreGood();
};

namespace {

void write(const QString &path, const QByteArray &text) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write %s", qPrintable(path));
}

std::vector<std::string> folders(const QTemporaryDir &directory) {
    return {directory.filePath("user").toStdString(), directory.filePath("shipped").toStdString()};
}

const std::string shipped = BOOTGLASS_SOURCE_DIR "/resources/profiles";

} // namespace

void ProfileLibraryTest::usersFolderComesFirst_data() {
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QByteArray>("home");
    QTest::addColumn<QStringList>("folders");
    QTest::newRow("home") << QByteArray() << QByteArray("/home/me")
                          << QStringList{"/home/me/.config/bootglass/profiles", "/a", "/b"};
    QTest::newRow("XDG") << QByteArray("/config") << QByteArray("/home/me")
                         << QStringList{"/config/bootglass/profiles", "/a", "/b"};
    QTest::newRow("neither") << QByteArray() << QByteArray() << QStringList{"/a", "/b"};
}

void ProfileLibraryTest::usersFolderComesFirst() {
    QFETCH(QByteArray, config);
    QFETCH(QByteArray, home);
    QFETCH(QStringList, folders);
    const QByteArray homeBefore = qgetenv("HOME");
    const QByteArray configBefore = qgetenv("XDG_CONFIG_HOME");
    qputenv("HOME", home);
    qputenv("XDG_CONFIG_HOME", config);
    QStringList actual;
    for (const std::string &folder : profileDirectories({"/a", "/b"}))
        actual << QString::fromStdString(folder);
    qputenv("HOME", homeBefore);
    configBefore.isNull() ? qunsetenv("XDG_CONFIG_HOME") : qputenv("XDG_CONFIG_HOME", configBefore);
    QCOMPARE(actual, folders);
}

void ProfileLibraryTest::earlierFolderHidesALaterOne() {
    const QTemporaryDir directory;
    write(directory.filePath("user/linux.toml"), "title = \"mine\"\n");
    write(directory.filePath("shipped/linux.toml"), "title = \"theirs\"\n");
    write(directory.filePath("shipped/other.toml"), "title = \"other\"\n");
    write(directory.filePath("shipped/README.md"), "no profile");
    QCOMPARE(findProfile("linux", folders(directory)).profile->title, std::string("mine"));
    QCOMPARE(findProfile("other", folders(directory)).profile->title, std::string("other"));
    const auto listed = listProfiles(folders(directory));
    QCOMPARE(listed.size(), size_t{2});
    QCOMPARE(listed[0].title, std::string("mine"));
    QCOMPARE(listed[0].file, directory.filePath("user/linux.toml").toStdString());
}

void ProfileLibraryTest::usersProfileExtendsAShippedOne() {
    const QTemporaryDir directory;
    write(directory.filePath("user/mine.toml"), "extends = \"base\"\n");
    write(directory.filePath("shipped/base.toml"),
          "title = \"Base\"\n[[marker]]\nname = \"a\"\ncpu = \"user\"\n");
    const ProfileResult found = findProfile("mine", folders(directory));
    QCOMPARE(found.error, std::string());
    QCOMPARE(found.profile->title, std::string("Base"));
    QVERIFY(found.profile->marker("a") != nullptr);
}

void ProfileLibraryTest::pathIsAFileWhereverItIs() {
    const QTemporaryDir directory;
    write(directory.filePath("elsewhere/mine.toml"), "title = \"Elsewhere\"\n");
    const ProfileResult found =
        findProfile(directory.filePath("elsewhere/mine.toml").toStdString(), folders(directory));
    QCOMPARE(found.profile->title, std::string("Elsewhere"));
    QCOMPARE(found.profile->name, std::string("mine"));
}

void ProfileLibraryTest::unknownNameIsToldWithTheKnownOnes() {
    const QTemporaryDir directory;
    write(directory.filePath("shipped/b.toml"), "");
    write(directory.filePath("user/a.toml"), "");
    QCOMPARE(findProfile("c", folders(directory)).error,
             std::string("there is no profile 'c'; known: a, b"));
    QCOMPARE(findProfile("c", {}).error, std::string("there is no profile 'c'; known: none"));
}

void ProfileLibraryTest::brokenProfileIsListedWithItsSentence() {
    const QTemporaryDir directory;
    write(directory.filePath("user/bad.toml"), "\ntitel = 1\n");
    write(directory.filePath("user/good.toml"), "");
    const auto listed = listProfiles(folders(directory));
    QCOMPARE(listed.size(), size_t{2});
    QVERIFY2(listed[0].error.starts_with(directory.filePath("user/bad.toml:2: ").toStdString()),
             listed[0].error.c_str());
    QCOMPARE(listed[1].error, std::string());
}

void ProfileLibraryTest::unreadableFilesAreToldInASentence() {
    const QTemporaryDir directory;
    const std::string none = directory.filePath("none.toml").toStdString();
    QCOMPARE(findProfile(none, {}).error, "cannot read the profile '" + none + "'");
    QDir(directory.path()).mkdir("folder.toml");
    const std::string folder = directory.filePath("folder.toml").toStdString();
    QCOMPARE(findProfile(folder, {}).error, "cannot read the profile '" + folder + "'");
    write(directory.filePath("large.toml"), QByteArray((1 << 20) + 1, '#'));
    const std::string large = directory.filePath("large.toml").toStdString();
    QCOMPARE(findProfile(large, {}).error, "'" + large + "' is too large for a profile");
}

void ProfileLibraryTest::shippedProfilesAreGood_data() {
    QTest::addColumn<QString>("name");
    for (const ProfileEntry &entry : listProfiles({shipped}))
        QTest::newRow(entry.name.c_str()) << QString::fromStdString(entry.name);
}

void ProfileLibraryTest::shippedProfilesAreGood() {
    QFETCH(QString, name);
    const ProfileResult found = findProfile(name.toStdString(), {shipped});
    QCOMPARE(found.error, std::string());
    const Profile &profile = *found.profile;
    QVERIFY(!profile.title.empty());
    QVERIFY(!profile.description.empty());
    // Every boot begins with the reset, in the firmware.
    QCOMPARE(profile.phases.front().path, std::string("firmware"));
    QCOMPARE(profile.phases.front().from, std::vector<std::string>{"reset"});
    for (const char *top : {"firmware", "loader", "kernel", "userspace"})
        QVERIFY2(profile.hasPhase(top), top);
}

QTEST_GUILESS_MAIN(ProfileLibraryTest)
#include "tst_profile_library.moc"
