// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/disk_image.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace bootglass;

class TestDiskImage : public QObject {
    Q_OBJECT

    QTemporaryDir directory_;

    std::filesystem::path file(const char *name, const QByteArray &content) {
        QFile file(directory_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write the test's image");
        return file.fileName().toStdString();
    }
    static QByteArray counting(qsizetype size) {
        QByteArray bytes(size, 0);
        for (qsizetype i = 0; i < size; ++i)
            bytes[i] = static_cast<char>(i * 7 + (i >> 9));
        return bytes;
    }
    static QByteArray read(const DiskImage &image, uint64_t offset, size_t size) {
        QByteArray bytes(static_cast<qsizetype>(size), 0);
        if (!image.read(offset, {reinterpret_cast<uint8_t *>(bytes.data()), size})) return {};
        return bytes;
    }
    static bool write(DiskImage &image, uint64_t offset, const QByteArray &bytes) {
        return image.write(offset, {reinterpret_cast<const uint8_t *>(bytes.constData()),
                                    static_cast<size_t>(bytes.size())});
    }

  private slots:
    void writesAreReadBackAndTheFileStaysAsItWas() {
        QByteArray content = counting(10 * 4096 + 512);
        auto path = file("disk.img", content);
        auto opened = DiskImage::open(path, 512);
        QVERIFY2(opened, opened.error.c_str());
        QByteArray patch(6000, 'x');
        QVERIFY(write(*opened.image, 3000, patch));
        QByteArray expected = content;
        expected.replace(3000, patch.size(), patch);
        QCOMPARE(read(*opened.image, 0, static_cast<size_t>(content.size())), expected);
        QCOMPARE(opened.image->changedClusters(), size_t{3});
        QFile after(QString::fromStdString(path.string()));
        QVERIFY(after.open(QIODevice::ReadOnly));
        QCOMPARE(after.readAll(), content);
    }

    void paddingReadsAsZerosAndTakesWrites() {
        auto opened = DiskImage::open(file("padded.img", counting(1024)), 512);
        QVERIFY(opened);
        opened.image->padTo(512); // never shorter
        QCOMPARE(opened.image->size(), uint64_t{1024});
        opened.image->padTo(3 * 4096);
        QCOMPARE(read(*opened.image, 1000, 100), counting(1024).mid(1000) + QByteArray(76, 0));
        QCOMPARE(read(*opened.image, 8192, 512), QByteArray(512, 0));
        QVERIFY(write(*opened.image, 1020, "across"));
        QCOMPARE(read(*opened.image, 1019, 8), counting(1024).mid(1019, 1) + "across" + '\0');
        QVERIFY(!write(*opened.image, 3 * 4096 - 1, "xx"));
    }

    void theLastClusterMayBeShort() {
        auto opened = DiskImage::open(file("short.img", counting(4096 + 512)), 512);
        QVERIFY(opened);
        QVERIFY(write(*opened.image, 4096 + 100, "abc"));
        QCOMPARE(read(*opened.image, 4096 + 100, 3), QByteArray("abc"));
        QCOMPARE(read(*opened.image, 4096, 100), counting(4608).mid(4096, 100));
    }

    void accessBeyondTheEndFails_data() {
        QTest::addColumn<qulonglong>("offset");
        QTest::newRow("across the end") << 1000ull;
        QTest::newRow("after it") << 5000ull;
        QTest::newRow("overflow") << ~0ull;
    }
    void accessBeyondTheEndFails() {
        QFETCH(qulonglong, offset);
        auto opened = DiskImage::open(file("small.img", counting(1024)), 512);
        QVERIFY(opened);
        QVERIFY(read(*opened.image, offset, 100).isNull());
        QVERIFY(!write(*opened.image, offset, QByteArray(100, 'x')));
    }

    void aFileThatShrinksFailsToRead() {
        auto path = file("shrinks.img", counting(8192));
        auto opened = DiskImage::open(path, 512);
        QVERIFY(opened);
        std::filesystem::resize_file(path, 4096);
        QVERIFY(read(*opened.image, 4096, 512).isNull());
        QVERIFY(!write(*opened.image, 5000, "abc"));
        QVERIFY(!read(*opened.image, 0, 512).isNull());
    }

    void badImagesGetOneSentence_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("size");
        QTest::addColumn<uint>("sector");
        QTest::addColumn<QString>("says");
        QTest::newRow("missing") << "missing.img" << -1 << 512u << "does not exist";
        QTest::newRow("directory") << "." << -1 << 512u << "is a directory";
        QTest::newRow("empty") << "empty.img" << 0 << 512u << "is empty";
        QTest::newRow("odd size") << "odd.img" << 1000 << 512u << "1000 bytes";
        QTest::newRow("CD of odd size") << "odd.iso" << 2560 << 2048u << "sectors of 2048";
    }
    void badImagesGetOneSentence() {
        QFETCH(QString, name);
        QFETCH(int, size);
        QFETCH(uint, sector);
        QFETCH(QString, says);
        if (size >= 0) file(name.toUtf8().constData(), counting(size));
        auto opened = DiskImage::open(directory_.filePath(name).toStdString(), sector);
        QVERIFY(!opened);
        QVERIFY2(QString::fromStdString(opened.error).contains(says), opened.error.c_str());
    }

    void savedOverlayIsRestored() {
        auto path = file("saved.img", counting(64 * 1024));
        auto opened = DiskImage::open(path, 512);
        QVERIFY(write(*opened.image, 5000, "hello"));
        QVERIFY(write(*opened.image, 60000, "there"));
        Archive saved;
        opened.image->serialize(saved);
        auto bytes = saved.take();
        auto other = DiskImage::open(path, 512);
        QVERIFY(write(*other.image, 0, "forgotten"));
        Archive loaded{std::span<const uint8_t>(bytes)};
        other.image->serialize(loaded);
        QVERIFY(!loaded.failed());
        QCOMPARE(read(*other.image, 0, 65536), read(*opened.image, 0, 65536));
        QCOMPARE(other.image->changedClusters(), size_t{2});
    }

    void damagedStateIsRefused() {
        auto path = file("damaged.img", counting(8192));
        auto opened = DiskImage::open(path, 512);
        QVERIFY(write(*opened.image, 5000, "hello"));
        Archive saved;
        opened.image->serialize(saved);
        auto bytes = saved.take();
        for (size_t length = 0; length < bytes.size(); length += 97) {
            Archive loaded{std::span<const uint8_t>(bytes).first(length)};
            opened.image->serialize(loaded);
            QVERIFY(loaded.failed());
        }
        auto larger = DiskImage::open(file("larger.img", counting(16384)), 512);
        Archive foreign{std::span<const uint8_t>(bytes)};
        larger.image->serialize(foreign);
        QVERIFY(foreign.failed());
    }
};

QTEST_APPLESS_MAIN(TestDiskImage)
#include "tst_disk_image.moc"
