// SPDX-License-Identifier: GPL-3.0-or-later
// What a user can get wrong about a run's inputs and its output, each refused with one sentence and
// exit code 2, and each without touching what is there already.
#include "tests/app/program.h"

#include <QCryptographicHash>
#include <QTest>
#include <QtEndian>

#include <sys/resource.h>

using namespace bootglass;

namespace {

constexpr int setupSectors = 4;
constexpr int setupBytes = (setupSectors + 1) * 512;

template<typename T>
void put(QByteArray &file, int offset, T value) {
    qToLittleEndian(value, file.data() + offset);
}

/// The smallest file that passes for a bzImage (Linux' Documentation/x86/boot.rst).
QByteArray bzImage() {
    QByteArray file(setupBytes + 4096, 0);
    put<uint8_t>(file, 0x1F1, setupSectors);
    put<uint32_t>(file, 0x1F4, 4096 / 16);
    put<uint16_t>(file, 0x1FE, 0xAA55);
    put<uint32_t>(file, 0x202, 0x53726448); // HdrS
    put<uint16_t>(file, 0x206, 0x20F);
    put<uint8_t>(file, 0x211, 1);
    put<uint32_t>(file, 0x22C, 0x7FFFFFFF);
    put<uint32_t>(file, 0x238, 2047);
    return file;
}

const QByteArray brokenSyntax = "title = 'x'\n\n[[marker]\nname = 'm'\n";
const QByteArray unknownKey = "title = 'x'\n[[marker]]\nname = 'm'\ntxt = 'hello'\n";
const QByteArray unknownMarker = "[[phase]]\npath = 'firmware'\nfrom = 'nowhere'\n";
const QByteArray badPattern = "[[marker]]\nname = 'm'\nregex = '('\n";
const QByteArray noKernel = "[guest]\nkernel = '/nowhere/vmlinuz'\nneeds = ['some-package']\n";

} // namespace

class TestBadInput : public QObject {
    Q_OBJECT

    Program program_;

    QByteArray contents() const {
        QCryptographicHash hash(QCryptographicHash::Sha1);
        for (const QString &name : program_.files()) {
            hash.addData(name.toUtf8());
            if (name != QStringLiteral("large")) hash.addData(program_.read(name));
        }
        return hash.result();
    }

  private slots:
    void initTestCase() {
        QVERIFY(program_.write("text", QByteArray("this is text\n").repeated(1000)));
        QVERIFY(program_.write("empty", {}));
        QVERIFY(program_.write("odd", QByteArray(1000, 'x')));
        QVERIFY(program_.write("disk", QByteArray(8192, 'd')));
        QVERIFY(program_.write("rom", QByteArray(65536, char(0x90))));
        QVERIFY(program_.write("kernel", bzImage()));
        QVERIFY(program_.write("truncated", bzImage().left(setupBytes + 100)));
        QVERIFY(program_.write("initrd", QByteArray(4096, 'i')));
        QVERIFY(program_.write("large", {}));
        QVERIFY(QFile::resize(program_.path("large"), 15 << 20));
        QVERIFY(program_.write("precious.bootglass", "a run that somebody needs"));
        QVERIFY(program_.write("syntax.toml", brokenSyntax));
        QVERIFY(program_.write("key.toml", unknownKey));
        QVERIFY(program_.write("marker.toml", unknownMarker));
        QVERIFY(program_.write("pattern.toml", badPattern));
        QVERIFY(program_.write("kernel.toml", noKernel));
        QVERIFY(program_.write("sub/file", "x"));
        QVERIFY(QFileInfo::exists(Program::guest("talker"))); // else rows would pass without cause
    }

    void isRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char *name, QStringList arguments, QStringList says) {
            QTest::newRow(name) << (QStringList{"run"} + arguments) << says;
        };
        const QString talker = Program::guest("talker");
        const QStringList small = {"--kernel", "kernel", "--memory", "16"};

        row("firmware not found", {"--bios", "nowhere.bin"},
            {"firmware", "nowhere.bin", "does not exist"});
        row("firmware is a folder", {"--bios", "sub"}, {"sub", "is a directory"});
        row("firmware is empty", {"--bios", "empty"}, {"empty", "is empty"});
        row("firmware of odd size", {"--bios", "odd"}, {"'odd' has 1000 bytes", "4096"});
        row("no name of a firmware", {"--bios", ""}, {"--bios", "missing"});

        row("kernel not found", {"--kernel", "nowhere"}, {"kernel", "nowhere", "does not exist"});
        row("kernel is no bzImage", {"--kernel", "text"},
            {"'text'", "neither a Linux bzImage", "give the kernel"});
        row("kernel is empty", {"--kernel", "empty"}, {"'empty'", "is empty"});
        row("kernel is truncated", {"--kernel", "truncated"},
            {"'truncated'", "promises 6656 bytes", "has 2660", "get it anew"});
        row("command line is too long", small + QStringList{"--append", QString(3000, 'a')},
            {"command line", "3000", "shorten it"});

        row("initrd not found", small + QStringList{"--initrd", "nowhere"},
            {"initrd", "nowhere", "does not exist"});
        row("initrd does not fit", small + QStringList{"--initrd", "large"},
            {"initrd", "15728640 bytes", "give the machine more memory"});
        row("initrd is larger than memory",
            {"--kernel", "kernel", "--memory", "8", "--initrd", "large"},
            {"initrd", "15728640 bytes", "give the machine more memory"});
        row("initrd without a kernel", {"--bios", talker, "--initrd", "initrd"},
            {"--initrd", "--kernel"});
        row("command line without a kernel", {"--bios", talker, "--append", "x"},
            {"--append", "--kernel"});

        row("disk not found", {"--disk", "nowhere"}, {"nowhere", "does not exist"});
        row("disk of odd size", {"--disk", "odd"},
            {"'odd' has 1000 bytes", "512", "raw image is needed"});
        row("CD-ROM of odd size", {"--cdrom", "odd"}, {"'odd' has 1000 bytes", "2048"});

        row("output exists", {"--bios", talker, "--output", "precious.bootglass"},
            {"precious.bootglass", "exists", "--force"});
        row("output is a folder", {"--bios", talker, "--output", "sub", "--force"},
            {"sub", "is a directory"});
        row("output in no folder", {"--bios", talker, "--output", "nowhere/run.bootglass"},
            {"no folder", "nowhere"});
        row("output in a file", {"--bios", talker, "--output", "text/run.bootglass"}, {"text"});
        row("output is not writable", {"--bios", talker, "--output", "/proc/run.bootglass"},
            {"/proc/run.bootglass"});
        row("output is the disk", {"--disk", "disk", "--output", "disk", "--force"},
            {"--output disk", "the disk of this run", "name another"});
        row("output is the kernel by another name",
            small + QStringList{"--output", "sub/../kernel", "--force"},
            {"sub/../kernel", "the kernel of this run"});
        row("serial output is the disk", {"--bios", talker, "--disk", "disk", "--serial", "disk"},
            {"--serial disk", "the disk of this run"});
        row("serial output is the run file",
            {"--bios", talker, "--output", "o.bootglass", "--serial", "o.bootglass"},
            {"--serial o.bootglass", "the run file"});
        row("saved state is the disk", {"--bios", talker, "--disk", "disk", "--save", "disk"},
            {"--save disk", "the disk of this run"});
        row("serial output cannot be written", {"--bios", talker, "--serial", "nowhere/serial"},
            {"--serial nowhere/serial", "No such file"});

        row("state not found", {"--bios", talker, "--restore", "nowhere"},
            {"nowhere", "No such file"});
        row("state is none",
            {"--bios", talker, "--restore", "text", "--output", "precious.bootglass", "--force"},
            {"text", "no machine state"});

        row("profile not found", {"--profile", "nowhere"},
            {"no profile 'nowhere'", "generic", "linux", "debian-netboot"});
        row("profile's file not found", {"--profile", "nowhere.toml"}, {"nowhere.toml"});
        row("profile is no TOML", {"--profile", "syntax.toml"}, {"syntax.toml:3"});
        row("profile with an unknown key", {"--profile", "key.toml"},
            {"key.toml:4", "'txt'", "known: name, cpu"});
        row("profile with an unknown marker", {"--profile", "marker.toml"},
            {"marker.toml:1", "'nowhere'"});
        row("profile with a broken pattern", {"--profile", "pattern.toml"}, {"pattern.toml:3"});
        row("profile's kernel is not there", {"--profile", "kernel.toml"},
            {"kernel of profile 'kernel'", "/nowhere/vmlinuz", "install", "some-package"});
    }
    void isRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        if (!arguments.contains("--output"))
            arguments << "--output"
                      << "new.bootglass";
        const QByteArray before = contents();
        const QByteArray wrong = notRefused(program_.run(arguments), says);
        QVERIFY2(wrong.isEmpty(), wrong);
        QCOMPARE(contents(), before); // nothing new, nothing lost
    }

    // A file-size limit is what a full disk looks like without a disk of one's own.
    void whatWasRecordedBeforeTheDiskWasFullStaysReadable() {
        const ProgramResult result =
            program_.run({"run", "--bios", Program::guest("talker"), "--profile", "generic",
                          "--output", "full.bootglass", "--until", "icount:400000000"},
                         [] {
                             rlimit limit{2 << 20, 2 << 20};
                             setrlimit(RLIMIT_FSIZE, &limit);
                         });
        const QByteArray wrong = notRefused(
            result, {"full.bootglass", "cannot be written", "what was recorded before is kept"});
        QVERIFY2(wrong.isEmpty(), wrong);
        const ProgramResult info = program_.run({"info", "full.bootglass", "--json"});
        QCOMPARE(info.code, 0);
        QVERIFY(info.json()["icount"].toDouble() > 10'000);
        QVERIFY(info.json()["events"].toObject()["port_write"].toDouble() > 1000);
        QCOMPARE(info.json()["complete"].toBool(true), false);
        const ProgramResult figure = program_.run({"export", "full.bootglass", "--to", "full.png"});
        QVERIFY2(figure.code == 0, figure.err);
    }

    void aTripleFaultEndsTheRunAndIsRecorded() {
        const ProgramResult result =
            program_.run({"run", "--bios", Program::guest("triple_fault"), "--profile", "generic",
                          "--output", "triple.bootglass", "--json"});
        QCOMPARE(result.code, 0);
        QCOMPARE(result.json()["ended"].toString(), "triple-fault");
        QVERIFY(result.json()["events"].toObject()["shutdown"].toDouble() >= 1);
        QVERIFY(!result.json()["digest"].toString().isEmpty());
    }

    void aTripleFaultBeforeTheMarkerIsANo() {
        const ProgramResult result =
            program_.run({"run", "--bios", Program::guest("triple_fault"), "--profile", "generic",
                          "--until", "marker:user", "--output", "triple2.bootglass"});
        QCOMPARE(result.code, 1);
        QVERIFY2(result.err.contains("triple-fault"), result.err);
        QCOMPARE(result.err.count('\n'), 1);
    }

    void aMarkerThatIsNeverReachedIsANo() {
        const ProgramResult result = program_.run(
            {"run", "--bios", Program::guest("talker"), "--profile", "generic", "--until",
             "marker:user", "--until", "icount:300000", "--output", "never.bootglass"});
        QCOMPARE(result.code, 1);
        QVERIFY2(result.err.contains("icount:300000"), result.err);
        const QJsonObject info = program_.run({"info", "never.bootglass", "--json"}).json();
        QCOMPARE(info["ended"].toString(), "icount:300000");
        QCOMPARE(info["icount"].toInteger(), qint64(300'000));
    }
};

QTEST_GUILESS_MAIN(TestBadInput)
#include "tst_bad_input.moc"
